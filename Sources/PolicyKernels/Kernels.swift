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

/// This build's kernels; see each function for what it does.
@inline(never)
public func kernels() -> Kernels {
    (
        layerForward: layerForward, layerBackward: layerBackward, layerGradient: layerGradient,
        layerTangent: layerTangent, networkForward: networkForward, addOuterProduct: addOuterProduct,
        addScaled: addScaled, scaleThenAdd: scaleThenAdd, multiply: multiply,
        replaceByTanh: replaceByTanh, adam: adam, dotProduct: dotProduct
    )
}
