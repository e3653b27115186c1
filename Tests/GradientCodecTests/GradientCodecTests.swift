// GradientCodecTests
