// ZMQTransportTests
