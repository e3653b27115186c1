// ZMQTransport
