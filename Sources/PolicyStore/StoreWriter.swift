import Bounded
import Dispatch
import Foundation
import Synchronization

/// The thread that commits what the gateway's loop hands over, in groups.
///
/// The loop fills one group while the thread commits the other, and hands over when the thread is idle: no call here
/// waits for the disk, except `finish`. Records are copied into slots that are reserved at the start.
///
/// Everything but `status`, `durableVersion` and `commitCount` is to be called from one thread, the loop.
/// **Limit:** `hasRoom` turns false when both groups are taken; the loop then refuses updates until a commit is done.
public final class StoreWriter: @unchecked Sendable {
    /// How the thread is.
    public enum Status: Equatable, Sendable {
        case working
        /// The disk is full; the same group is tried again twice a second.
        case retrying(StoreError)
        /// Nothing more will be written.
        case failed(StoreError)
    }

    private let database: StoreDatabase
    private let commitIntervalMilliseconds: Int
    private let onCommit: @Sendable () -> Void

    private var filling: RecordGroup
    private var handedOver: RecordGroup
    private var nextCommit = Instant(nanoseconds: 0)

    private let isBusy = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let durable = Atomic<UInt64>(0)
    private let commits = Atomic<UInt64>(0)
    private let statusBox = Mutex<Status>(.working)
    private let isTroubled = Atomic<Bool>(false)
    private let work = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)

    /// Reserves both groups and starts the thread.
    ///
    /// - Parameter onCommit: called on the writer's thread after each commit and each failure, to wake the loop.
    public init(
        database: StoreDatabase, settings: WriterSettings, onCommit: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.commitIntervalMilliseconds = settings.commitIntervalMilliseconds
        self.onCommit = onCommit
        let keepsEveryVersion = database.durability == .durable
        filling = RecordGroup(settings: settings, keepsEveryVersion: keepsEveryVersion)
        handedOver = RecordGroup(settings: settings, keepsEveryVersion: keepsEveryVersion)
        let thread = Thread { [self] in run() }
        thread.name = "lapwing-store"
        thread.start()
    }

    // MARK: On the loop

    /// Whether one more version can be appended.
    public var hasRoom: Bool { filling.hasRoom }

    /// Whether something waits for the next commit.
    public var hasPending: Bool { !filling.isEmpty }

    /// Whether everything that was handed in is committed.
    public var isDrained: Bool { filling.isEmpty && !isBusy.load(ordering: .acquiring) }

    /// Takes a version, the one after the last.
    public func append(_ record: VersionRecord, policy: PolicyView) {
        filling.append(record, policy: policy)
    }

    /// Takes what is now known of an agent; `slot` is its place in the gateway's table.
    ///
    /// Of several notes on one agent in a group, only the last is written.
    public func note(_ agent: AgentRecord, slot: Int) {
        filling.note(agent, slot: slot)
    }

    /// Takes a mirror that changed with the newest version that was appended; just before `commit`.
    public func note(_ mirror: MirrorView) { filling.mirrors.note(mirror) }

    /// Whether `commit` would hand something over at `now`.
    public func isDue(_ now: Instant) -> Bool {
        !filling.isEmpty && now >= nextCommit && !isBusy.load(ordering: .acquiring)
    }

    /// When the next commit is due at the earliest; nil when nothing waits.
    public var dueTime: Instant? { filling.isEmpty ? nil : nextCommit }

    /// Hands what is pending to the thread, with the state as it is after the last record.
    ///
    /// To be called when `isDue`, or, to end, when the thread is idle (`force`).
    public func commit(now: Instant, state: StateView, policy: PolicyView, force: Bool = false) {
        guard isDue(now) || (force && !filling.isEmpty && !isBusy.load(ordering: .acquiring)) else { return }
        filling.close(state: state, policy: policy)
        swap(&filling, &handedOver)
        nextCommit = now.advanced(byMilliseconds: commitIntervalMilliseconds)
        isBusy.store(true, ordering: .releasing)
        work.signal()
    }

    /// Ends the thread, after the commit that it is at. **Complexity:** waits for that commit.
    public func finish() {
        guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        work.signal()
        end.wait()
    }

    // MARK: From any thread

    /// The newest version that is committed; every version before it is too. 0 until the first commit of one.
    public var durableVersion: UInt64 { durable.load(ordering: .acquiring) }

    /// How many transactions were committed.
    public var commitCount: UInt64 { commits.load(ordering: .relaxed) }

    /// How the thread is.
    public var status: Status {
        isTroubled.load(ordering: .acquiring) ? statusBox.withLock { $0 } : .working
    }

    // MARK: On the writer's thread

    private func run() {
        while true {
            work.wait()
            if isBusy.load(ordering: .acquiring) {
                guard commitUntilDone(handedOver) else { break }
                if handedOver.versionCount > 0 { durable.store(handedOver.stateVersion, ordering: .releasing) }
                commits.add(1, ordering: .relaxed)
                handedOver.clear()
                isBusy.store(false, ordering: .releasing)
                onCommit()
            }
            if isStopping.load(ordering: .acquiring) { break }
        }
        end.signal()
    }

    /// False when the store has failed, or the gateway stops while the disk is full.
    private func commitUntilDone(_ group: RecordGroup) -> Bool {
        while true {
            do throws(StoreError) {
                try database.commit(group)
                set(.working)
                return true
            } catch .diskFull(let path) {
                set(.retrying(.diskFull(path: path)))
                onCommit()
                if isStopping.load(ordering: .acquiring) { return false }
                Thread.sleep(forTimeInterval: 0.5)
            } catch {
                set(.failed(error))
                onCommit()
                return false
            }
        }
    }

    private func set(_ status: Status) {
        if status == .working, !isTroubled.load(ordering: .acquiring) { return }
        statusBox.withLock { $0 = status }
        isTroubled.store(status != .working, ordering: .releasing)
    }
}
