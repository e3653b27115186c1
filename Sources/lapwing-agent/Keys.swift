import Bounded
import ZMQTransport

/// `keys new --out FILE [--name NAME]`: a key pair in FILE, its public half in FILE.pub, and the line for the gateway.
func keys(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let verb = arguments[1], verb == "new" else {
        throw Failure(.usage, "keys needs to be told what to do", "lapwing-agent keys new --out FILE [--name NAME]")
    }
    let options = Options(takesOutput: true)
    try arguments.check(from: 2, options: options)
    guard let path = arguments.value(of: "--out", from: 2, options: options) else {
        throw Failure(.usage, "--out is missing", "name the file for the key pair: --out agent.key")
    }
    let name = arguments.value(of: "--name", from: 2, options: options) ?? FixedText("agent")
    var publicPath = path
    publicPath.append(".pub")
    guard !publicPath.wasCut else { throw Failure(.usage, "the path is too long", "use a shorter one") }
    let pair = try generate()
    do throws(KeyFileError) {
        try KeyFile.writePair(pair, owner: name, path: path)
        try KeyFile.writePublic(pair.publicKey, owner: name, path: publicPath)
    } catch {
        throw Failure(error)
    }
    withOutputWriter { writer in
        writer.write(pair.publicKey.z85)
        writer.write(" ")
        writer.write(name)
        writer.write("\n")
    }
    withErrorWriter { writer in
        writer.write("lapwing-agent: wrote ")
        writer.write(path)
        writer.write(" and ")
        writer.write(publicPath)
        writer.write("; add the printed line to the gateway's allowed_keys_file\n")
    }
    return .success
}

private func generate() throws(Failure) -> KeyPair {
    do throws(TransportError) {
        return try KeyPair.generate()
    } catch {
        throw Failure(error)
    }
}
