// GradientCodec
