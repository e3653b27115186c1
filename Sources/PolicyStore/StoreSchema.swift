import GRDB

/// The tables of a store, and what marks the file as one.
///
/// Numbers are SQLite integers (unsigned 64-bit ones by their bit pattern) and doubles; vectors are blobs of
/// little-endian float32 or float64. Every row ends in `checksum`: CRC-32C over all its other columns in their order,
/// each as `RowChecksum` spells it, so that a flipped bit anywhere in a row is found and named.
enum StoreSchema {
    /// "LAPW": what `file` and SQLite tools show as the application id.
    static let applicationIdentifier: Int32 = 0x4c41_5057
    /// The newest schema that this program knows.
    static let version = 2
    /// Larger than SQLite's 4,096: a version's vectors span fewer pages, which doubled the rows a second in a trial
    /// (two vectors of 20 KB a row).
    static let pageBytes = 16_384

    /// **Throws:** while it migrates, what is wrong with a row that has to be written anew.
    static func migrator(path: String) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 federation, versions, parameters, state, agents") { database in
            try database.execute(sql: first)
        }
        migrator.registerMigration("2 mirrors") { database in
            try database.execute(sql: second)
            // The checksums of the agents' rows have to cover the new columns.
            for row in try Row.fetchAll(database, sql: "SELECT * FROM agents") {
                var reader = RowReader(row, path: path, table: "agents", namedBy: "name")
                try database.write(try reader.agent(schema: 1))
            }
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE federation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identifier INTEGER NOT NULL,
            name TEXT NOT NULL,
            environment TEXT NOT NULL,
            specification TEXT NOT NULL,
            configuration TEXT NOT NULL,
            configuration_hash INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            created_ns INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE versions (
            version INTEGER PRIMARY KEY,
            agent BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            base_version INTEGER NOT NULL,
            delay INTEGER NOT NULL,
            trajectories INTEGER NOT NULL,
            steps INTEGER NOT NULL,
            episodes INTEGER NOT NULL,
            return_mean REAL,
            return_squared_deviations REAL,
            return_minimum REAL,
            return_maximum REAL,
            episode_steps_mean REAL,
            gradient_norm REAL,
            entropy REAL,
            compute_seconds REAL,
            message_bytes INTEGER NOT NULL,
            steps_total INTEGER NOT NULL,
            time_ns INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE parameters (
            version INTEGER PRIMARY KEY,
            theta BLOB NOT NULL,
            lookahead BLOB NOT NULL,
            normaliser_mean BLOB NOT NULL,
            normaliser_scale BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            theta BLOB NOT NULL,
            direction BLOB NOT NULL,
            rule BLOB NOT NULL,
            statistics_count REAL NOT NULL,
            statistics_mean BLOB NOT NULL,
            statistics_squared_deviations BLOB NOT NULL,
            steps INTEGER NOT NULL,
            episodes INTEGER NOT NULL,
            bytes_received INTEGER NOT NULL,
            bytes_sent INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE agents (
            key BLOB PRIMARY KEY,
            name TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            last_was_skip INTEGER NOT NULL,
            updates_applied INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            skips INTEGER NOT NULL,
            steps INTEGER NOT NULL,
            episodes INTEGER NOT NULL,
            delay_sum INTEGER NOT NULL,
            delay_maximum INTEGER NOT NULL,
            bytes_received INTEGER NOT NULL,
            bytes_sent INTEGER NOT NULL,
            refusals BLOB NOT NULL,
            first_seen_ns INTEGER NOT NULL,
            last_seen_ns INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        PRAGMA application_id = \(applicationIdentifier);
        PRAGMA user_version = 1;
        """

    private static let second = """
        ALTER TABLE agents ADD COLUMN skips_reused INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE agents ADD COLUMN mirror_mismatches INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE mirrors (
            place INTEGER PRIMARY KEY,
            key BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            precision INTEGER NOT NULL,
            data BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        PRAGMA user_version = 2;
        """
}
