// swift-tools-version: 6.2
//
// Measurements, in a package of their own so that users of Lapwing never build them.
//
//   LAPWING_EDGE_ONLY=1 swift run -c release kernel-benchmarks [--toy] [--seed N] [--repetitions N]

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
        .target(name: "CKernelComparison", cSettings: [.unsafeFlags(vectorUnit)]),
        .executableTarget(
            name: "kernel-benchmarks",
            dependencies: ["CKernelComparison", .product(name: "PolicyMath", package: "lapwing")]),
    ],
    swiftLanguageModes: [.v6])
