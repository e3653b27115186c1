import GradientCodec

extension PolicyShape {
    /// Where the weight matrices lie in the flat vector of parameters: layer by layer, each before its bias.
    public var matrixLayout: MatrixLayout {
        var layout = MatrixLayout()
        var offset = 0
        var width = observationCount
        for layer in 0...hiddenWidths.count {
            let next = layer < hiddenWidths.count ? hiddenWidths[layer] : actionCount
            let fits = layout.append(MatrixLayout.Matrix(offset: offset, rows: next, columns: width))
            precondition(fits, "more layers than a layout holds")
            offset += (width + 1) * next
            width = next
        }
        return layout
    }
}
