/// The kernels of one build, as a table of C functions.
///
/// It is a tuple because both builds of these sources must have the same type for it.
public typealias Kernels = (
    layerForward: @convention(c) (
        Int, Int, Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
        UnsafeMutablePointer<Float>, Bool
    ) -> Void,
    layerBackward: @convention(c) (
        Int, Int, Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
        UnsafeMutablePointer<Float>
    ) -> Void,
    layerGradient: @convention(c) (
        Int, Int, Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>,
        UnsafeMutablePointer<Float>
    ) -> Void,
    layerTangent: @convention(c) (
        Int, Int, Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
        UnsafePointer<Float>?, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Bool
    ) -> Void,
    networkForward: @convention(c) (
        Int, UnsafeRawPointer, UnsafePointer<Float>, UnsafeMutablePointer<Float>
    ) -> Void,
    addOuterProduct: @convention(c) (
        Float, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>
    ) -> Void,
    addScaled: @convention(c) (Int, Float, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    scaleThenAdd: @convention(c) (Int, Float, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    multiply: @convention(c) (Int, Float, UnsafeMutablePointer<Float>) -> Void,
    replaceByTanh: @convention(c) (Int, UnsafeMutablePointer<Float>) -> Void,
    adam: @convention(c) (
        Int, Float, Float, UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
        UnsafeMutablePointer<Float>
    ) -> Void,
    dotProduct: @convention(c) (Int, UnsafePointer<Float>, UnsafePointer<Float>) -> Float
)

// The doors of the two builds, each with a name of its own. They are C functions so that no other module reads what
// lies behind: an Embedded module emits the functions that it reads once more, for its own processor, and the linker
// may well take those.

#if FASTER_BUILD
    /// Writes this build's kernels, a `Kernels`, to `table`.
    @c(lapwing_kernels_fast)
    public func writeKernels(_ table: UnsafeMutableRawPointer) {
        table.bindMemory(to: Kernels.self, capacity: 1).initialize(to: kernels())
    }
#else
    /// Writes this build's kernels, a `Kernels`, to `table`.
    @c(lapwing_kernels_baseline)
    public func writeKernels(_ table: UnsafeMutableRawPointer) {
        table.bindMemory(to: Kernels.self, capacity: 1).initialize(to: kernels())
    }
#endif

/// This build's kernels; see each function for what it does.
private func kernels() -> Kernels {
    (
        layerForward: layerForward, layerBackward: layerBackward, layerGradient: layerGradient,
        layerTangent: layerTangent, networkForward: networkForward, addOuterProduct: addOuterProduct,
        addScaled: addScaled, scaleThenAdd: scaleThenAdd, multiply: multiply,
        replaceByTanh: replaceByTanh, adam: adam, dotProduct: dotProduct
    )
}
