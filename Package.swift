// swift-tools-version: 6.2
//
// One package, two kinds of module (the table is in docs/architecture.md):
//
// - constrained modules run on the board: no Foundation, no allocation after start, and they compile as Embedded Swift
//   under the `Embedded` trait;
// - ordinary modules run on the gateway's host and on the operator's machine.
//
// Environment variables read here:
//   LAPWING_EDGE_ONLY=1   leaves out every ordinary module and its package dependencies (agent builds, quick tests)
//   LAPWING_ARCH=aarch64  the architecture being built for, when it is not the host's

import PackageDescription

let edgeOnly = Context.environment["LAPWING_EDGE_ONLY"] == "1"

#if arch(x86_64)
let hostArchitecture = "x86_64"
#else
let hostArchitecture = "aarch64"
#endif
let architecture = Context.environment["LAPWING_ARCH"] ?? hostArchitecture

// MARK: - Settings

let constrained: [SwiftSetting] = [
    .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
    .enableExperimentalFeature("Lifetimes"),
    .treatWarning("EmbeddedRestrictions", as: .error),
    // Embedded modules carry copies of what they use from each other; a section for each function lets the linker drop
    // all but one.
    .unsafeFlags(
        [
            "-Xfrontend", "-function-sections", "-Xfrontend", "-disable-incremental-llvm-codegen",
            "-Xcc", "-fno-asynchronous-unwind-tables",
        ],
        .when(traits: ["Embedded"])),
]

/// What goes into the agent's binary leaves the compiler as LLVM bitcode: the linker optimises all of it as one program
/// (docs/agent-size.md). `-lto` alone would have the driver name the files otherwise than SwiftPM expects.
let linkedAsBitcode: [SwiftSetting] = [
    .unsafeFlags(["-Xfrontend", "-lto=llvm-full", "-Xfrontend", "-emit-bc"], .when(traits: ["Embedded"]))
]

/// It is built for size, with one trap a function; the numeric kernels and the MuJoCo plug-in are not.
let compact: [SwiftSetting] =
    linkedAsBitcode + [
        .unsafeFlags(
            ["-Osize", "-Xllvm", "-sil-inline-overall-caller-block-limit=20", "-Xfrontend", "-mergeable-traps"],
            .when(traits: ["Embedded"]))
    ]

let compactC: [CSetting] = [
    .unsafeFlags(
        ["-Os", "-flto", "-ffunction-sections", "-fno-asynchronous-unwind-tables"], .when(traits: ["Embedded"]))
]

/// The kernels for x86-64 processors without AVX2, where size counts more than time; on arm64 they are the only ones.
let baseline: [SwiftSetting] = architecture == "x86_64" ? compact + [.define("SMALL_BUILD")] : []

/// The numeric kernels are optimised in every build: unoptimised vector code is a hundred times slower, tests included.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"])]

/// The faster build of the numeric kernels: AVX2 and FMA on x86-64; on arm64 the baseline has both already.
let fasterVectorUnit: [SwiftSetting] =
    architecture == "x86_64"
    ? [.unsafeFlags(["-Xcc", "-march=x86-64-v3"]), .define("FUSED_MULTIPLY_ADD")] : []

func constrainedTarget(
    _ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = [], linking libraries: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, swiftSettings: constrained + settings,
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], excluding excluded: [String] = [],
    settings: [SwiftSetting] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: excluded, swiftSettings: settings)
}

// MARK: - Modules that run on the board

var targets: [Target] = [
    .target(name: "CSystem", cSettings: compactC, linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CInih"),
    .target(name: "CMuJoCo", linkerSettings: [.linkedLibrary("mujoco")]),
    .target(name: "CWire", cSettings: compactC, linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CEnvironment"),

    constrainedTarget("Bounded", ["CSystem"], settings: compact),
    constrainedTarget("PolicyKernels", ["CSystem"], settings: optimised + baseline),
    constrainedTarget(
        "PolicyKernelsFast", ["CSystem"], settings: optimised + fasterVectorUnit + [.define("FASTER_BUILD")]),
    constrainedTarget(
        "PolicyMath", ["Bounded", "CSystem", "PolicyKernels", "PolicyKernelsFast"], settings: compact),
    constrainedTarget(
        "GradientCodec", ["Bounded", "CSystem", "PolicyKernels", "PolicyKernelsFast"], settings: compact),
    constrainedTarget("Wire", ["Bounded", "CWire", "GradientCodec"], settings: compact),
    constrainedTarget("Environments", ["Bounded", "CEnvironment"], settings: compact),
    constrainedTarget("MuJoCoEnvironments", ["CEnvironment", "CMuJoCo"], linking: ["mujoco"]),
    constrainedTarget("ZMQTransport", ["Bounded", "CSystem", "CZeroMQ"], settings: compact, linking: ["zmq"]),
    constrainedTarget(
        "AgentCore", ["Bounded", "PolicyMath", "GradientCodec", "Wire", "Environments"], settings: compact),
    constrainedTarget("Aggregation", ["Bounded", "PolicyMath"], settings: linkedAsBitcode),
    constrainedTarget(
        "Configuration", ["Bounded", "PolicyMath", "Aggregation", "GradientCodec", "CInih", "CSystem"],
        settings: compact, linking: ["inih"]),
    constrainedTarget("AgentSetup", ["AgentCore", "Configuration"], settings: compact),
    constrainedTarget("GatewayCore", ["Bounded", "Aggregation", "GradientCodec", "PolicyMath", "Wire"]),
    .executableTarget(
        name: "lapwing-agent",
        dependencies: ["AgentCore", "AgentSetup", "Configuration", "ZMQTransport"],
        swiftSettings: constrained + compact + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [
            .unsafeFlags(
                [
                    "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all", "-Xlinker", "-O2",
                    "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--build-id=none",
                    // Runs of instructions that repeat become functions of their own.
                    "-Xlinker", "-mllvm", "-Xlinker", "-enable-machine-outliner=always",
                    "-Xlinker", "-mllvm", "-Xlinker", "-machine-outliner-reruns=2",
                ],
                .when(traits: ["Embedded"]))
        ]),
]

var products: [Product] = [
    .executable(name: "lapwing-agent", targets: ["lapwing-agent"]),
    .library(name: "lapwing-mujoco", type: .dynamic, targets: ["MuJoCoEnvironments"]),
    // For Benchmarks/, which is a package of its own.
    .library(name: "PolicyMath", targets: ["PolicyMath", "Bounded"]),
    .library(name: "GradientCodec", targets: ["GradientCodec", "Bounded"]),
    .library(name: "Environments", targets: ["Environments", "Bounded"]),
]

// MARK: - Modules that run on the gateway's host and on the operator's machine

var dependencies: [Package.Dependency] = []

if !edgeOnly {
    dependencies += [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ]
    let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
    let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
    targets += [
        .target(name: "CProcess"),
        .target(name: "PolicyStore", dependencies: ["Bounded", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Gateway",
            dependencies: [
                "GatewayCore", "PolicyStore", "ZMQTransport", "Configuration", logging,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "Training",
            dependencies: [
                "Aggregation", "CProcess", "Configuration", "Environments", "GradientCodec", "PolicyMath",
                "PolicyStore", "Wire", "ZMQTransport",
            ]),
        .target(
            name: "Simulation",
            dependencies: [
                "AgentCore", "AgentSetup", "CProcess", "Configuration", "Environments", "Gateway", "GatewayCore",
                "GradientCodec", "PolicyMath", "PolicyStore", "Training", "Wire",
            ]),
        .executableTarget(name: "lapwing-gateway", dependencies: ["Gateway", arguments]),
        .executableTarget(name: "lapwing", dependencies: ["GradientCodec", "Simulation", "Training", arguments]),
        tests("PolicyStoreTests", ["PolicyStore"]),
        tests("GatewayTests", ["Gateway", "lapwing-gateway"]),
        tests("TrainingTests", ["Training", "GradientCodec"]),
        tests("SimulationTests", ["Simulation"]),
        tests("IntegrationTests", ["Training", "TestNetwork"], excluding: ["least_agent.py"]),
    ]
    products += [
        .executable(name: "lapwing-gateway", targets: ["lapwing-gateway"]),
        .executable(name: "lapwing", targets: ["lapwing"]),
    ]
}

// MARK: - Tests of the board's modules

targets += [
    tests("BoundedTests", ["Bounded"]),
    tests("PolicyMathTests", ["PolicyMath", "PolicyKernels", "PolicyKernelsFast"], settings: optimised),
    tests("GradientCodecTests", ["GradientCodec"], settings: optimised),
    tests("WireTests", ["Wire"]),
    tests("EnvironmentsTests", ["Environments", "CEnvironment"]),
    .target(name: "TestNetwork", path: "Tests/TestNetwork"),
    tests("ZMQTransportTests", ["ZMQTransport", "TestNetwork"]),
    tests("ConfigurationTests", ["Configuration"]),
    tests("AgentCoreTests", ["AgentCore"]),
    tests("AgentProgramTests", ["GatewayCore", "ZMQTransport"]),
    tests("AggregationTests", ["Aggregation"]),
    tests("GatewayCoreTests", ["GatewayCore", "AgentCore"]),
    tests("TidyTests", []),
]

// Adversaries need no more than the board's modules, so quick builds have that part of the simulator.
if edgeOnly {
    targets += [
        .target(
            name: "Simulation", dependencies: ["Bounded", "Wire"],
            sources: ["Adversary.swift", "AdversaryKind.swift", "HonestGradients.swift"]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "GatewayCore"],
            sources: ["AdversaryTests.swift", "AdversaryFrameTests.swift", "AttackedFederation.swift"]),
    ]
}

let package = Package(
    name: "lapwing",
    products: products,
    traits: [
        .trait(
            name: "Embedded",
            description: "Compiles the board's modules as Embedded Swift, without the Swift runtime")
    ],
    dependencies: dependencies,
    targets: targets,
    swiftLanguageModes: [.v6])
