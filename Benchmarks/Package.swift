// swift-tools-version: 6.2
//
// Measurements, in a package of their own so that users of Lapwing never build them.
//
//   LAPWING_EDGE_ONLY=1 swift run -c release kernel-benchmarks [--toy] [--seed N] [--repetitions N]
//   LAPWING_EDGE_ONLY=1 swift run -c release codec-benchmarks [--toy] [--seed N] [--repetitions N]
//   LAPWING_EDGE_ONLY=1 swift run -c release sampling-benchmarks --plugin FILE --models DIRECTORY [--toy] [--seed N]
//       [--repetitions N]
//   swift build -c release --product lapwing               (in the folder above)
//   LAPWING_EDGE_ONLY=1 swift run -c release simulation-benchmarks --lapwing ../.build/release/lapwing
//       --models DIRECTORY [--toy] [--seed N] [--repetitions N]
//   swift build -c release --product lapwing-gateway       (in the folder above)
//   LAPWING_EDGE_ONLY=1 swift run -c release gateway-benchmarks --gateway ../.build/release/lapwing-gateway
//       [--connections N] [--seconds S] [--rounds N]

import PackageDescription

#if arch(x86_64)
let vectorUnit = ["-O3", "-march=x86-64-v3"]
#else
let vectorUnit = ["-O3"]
#endif

let package = Package(
    name: "lapwing-benchmarks",
    dependencies: [.package(name: "lapwing", path: "..")],
    targets: [
        .target(name: "Measuring", dependencies: ["CKernelComparison"]),
        .target(name: "CKernelComparison", cSettings: [.unsafeFlags(vectorUnit)]),
        .executableTarget(
            name: "kernel-benchmarks",
            dependencies: ["CKernelComparison", "Measuring", .product(name: "PolicyMath", package: "lapwing")]),
        .executableTarget(
            name: "codec-benchmarks",
            dependencies: ["CKernelComparison", "Measuring", .product(name: "GradientCodec", package: "lapwing")]),
        .target(
            name: "CSimulationComparison", cSettings: [.unsafeFlags(["-O3"])],
            linkerSettings: [.linkedLibrary("mujoco")]),
        .executableTarget(
            name: "sampling-benchmarks",
            dependencies: [
                "CSimulationComparison", "Measuring", .product(name: "PolicyMath", package: "lapwing"),
                .product(name: "Environments", package: "lapwing"),
            ]),
        .target(
            name: "CSwimmerComparison", cSettings: [.unsafeFlags(vectorUnit)], linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "simulation-benchmarks",
            dependencies: [
                "CKernelComparison", "CSimulationComparison", "CSwimmerComparison", "Measuring",
                .product(name: "Environments", package: "lapwing"),
            ]),
        .executableTarget(name: "gateway-benchmarks", linkerSettings: [.linkedLibrary("zmq")]),
    ],
    swiftLanguageModes: [.v6])
