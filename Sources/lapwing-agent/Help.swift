import Bounded

/// The release that this program is of.
let lapwingVersion: StaticString = "0.1.0"

func writeHelp(to writer: inout TextWriter) {
    writer.write(
        """
        lapwing-agent: samples an environment, and sends policy gradients to a Lapwing gateway.

        usage: lapwing-agent <command> [options]

          run --config FILE            sample and report until SIGTERM or SIGINT
          plan --config FILE           print the memory that would be reserved, a line for each holder
          check-config --config FILE   print the effective configuration and its hash
          keys new --out FILE          make a key pair; prints the line for the gateway's list of allowed keys
          version                      print the version

        options:
          --config FILE                the configuration, such as edge-config/agent.conf
          --profile FILE               [uplink] and [downlink] instead of the configuration's, such as
                                       edge-config/profiles/balanced.conf
          --set SECTION.KEY=VALUE      overrides a line of the configuration; may be repeated
          --format text|json           how run, plan and version print facts
          --name NAME                  the agent's name in its key files (keys new)

        Exit codes are those of sysexits.h: docs/exit-codes.md.

        """)
}

func printVersion(asJSON: Bool) {
    withOutputWriter { writer in
        if asJSON {
            writer.write("{\"program\":\"lapwing-agent\",\"version\":\"")
            writer.write(lapwingVersion)
            writer.write("\",\"protocol\":1}\n")
        } else {
            writer.write("lapwing-agent ")
            writer.write(lapwingVersion)
            writer.write(" (protocol 1)\n")
        }
    }
}
