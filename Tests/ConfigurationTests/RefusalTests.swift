import Bounded
import Testing

@testable import Configuration

/// A change to a small good file, and the line that it must be refused with.
struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String
    var overrides: [String] = []

    init(_ text: String, _ expected: String, overrides: [String] = []) {
        self.text = text
        self.expected = expected
        self.overrides = overrides
    }

    var testDescription: String { expected }
}

@Suite("A configuration that makes no sense")
struct RefusalTests {
    static let agents: [Refusal] = [
        Refusal(
            smallAgent + "\n[learning]\ndiscont = 0.9\n",
            "agent.conf:11: [learning] discont: unknown key; did you mean \"discount\"?"),
        Refusal(
            smallAgent + "\n[learning]\ndirection = consensus\n[uplink]\nmirror = float32\nskip_rule = laq\n",
            "agent.conf:14: [uplink] skip_rule: what agents agree on passes no gate; set skip_rule = none, "
                + "gate_shadow = false"),
        Refusal(
            smallAgent + "\n[learning]\ndirection = consensus\n[uplink]\nsettings = own\ncodec = sign\n",
            "agent.conf:14: [uplink] codec: agreement needs a codec without bias: dense-float32, dense-float16, "
                + "uniform, qsgd, natural"),
        Refusal(
            smallAgent + "\n[learning]\nzzzzzz = 0.9\n",
            "agent.conf:11: [learning] zzzzzz: unknown key; check-config lists all that there are"),
        Refusal(
            smallAgent + "\n[learning]\nbatch_steps = 10\n",
            "agent.conf:11: [learning] batch_steps: unknown key here; it belongs to [sampling]"),
        Refusal(
            smallAgent + "\n[lerning]\ndiscount = 0.9\n",
            "agent.conf:11: [lerning]: unknown section; did you mean \"learning\"?"),
        Refusal(
            smallAgent + "\n[network]\nheartbeat_interval_ms = 5\n",
            "agent.conf:11: [network] heartbeat_interval_ms: \"5\" is out of range; "
                + "write a whole number from 10 to 600000 (milliseconds)"),
        Refusal(
            smallAgent + "\n[network]\nheartbeat_interval_ms = 2s\n",
            "agent.conf:11: [network] heartbeat_interval_ms: \"2s\" is not a whole number; "
                + "write a whole number from 10 to 600000 (milliseconds)"),
        Refusal(
            smallAgent + "\n[learning]\ndiscount = 1.5\n",
            "agent.conf:11: [learning] discount: \"1.5\" is out of range; write a number above 0 and at most 1"),
        Refusal(
            smallAgent + "\n[learning]\ndiscount = nan\n",
            "agent.conf:11: [learning] discount: \"nan\" is not a number; write a number above 0 and at most 1"),
        Refusal(
            smallAgent + "\n[learning]\nlambda = 0.5 # half\n",
            "agent.conf:11: [learning] lambda: \"0.5 # half\" is not a number; write a number from 0 to 1"),
        Refusal(
            smallAgent + "\n[learning]\nestimator = reinforce\n",
            "agent.conf:11: [learning] estimator: \"reinforce\" is not known; "
                + "write reward-to-go, gae or streaming"),
        Refusal(
            smallAgent + "\n[policy]\nobservation_normalisation = yes\n",
            "agent.conf:11: [policy] observation_normalisation: \"yes\" is neither true nor false; "
                + "write one of them"),
        Refusal(
            smallAgent + "\n[policy]\nhidden = 64x64\n",
            "agent.conf:11: [policy] hidden: \"64x64\" are not layer widths; "
                + "write up to 8 numbers from 1 to 65536 such as \"64 64\", or none"),
        Refusal(
            smallAgent + "\n[agent]\nname = cellar\n",
            "agent.conf:11: [agent] name: set twice, first in line 2; remove one"),
        Refusal(
            "name = kitchen\n" + smallAgent,
            "agent.conf:1: name: stands before any section; put it below a line such as [agent]"),
        Refusal(
            smallAgent + "\nseed 5\n",
            "agent.conf:10: expected \"key = value\", \"[section]\", or a comment after # or ;"),
        Refusal(
            smallAgent + "\n[agent\nseed = 5\n",
            "agent.conf:10: expected \"key = value\", \"[section]\", or a comment after # or ;"),
        Refusal(
            smallAgent + "\noptions = " + String(repeating: "x", count: 250) + "\n",
            "agent.conf:10: the line is longer than 197 bytes; shorten it"),
        Refusal(
            smallAgent + "\noptions = a\u{0}b\n",
            "agent.conf:10: a byte that is no text; save the file as plain UTF-8"),
        Refusal("", "agent.conf: [agent] name: is missing; give the agent a name"),
        Refusal(
            smallAgent.replacing("key_file = agent.key", with: ""),
            "agent.conf: [keys] key_file: is missing; name the agent's key pair; \"lapwing-agent keys new\" makes one"),
        Refusal(
            smallAgent.replacing("public_key_file = gateway.pub", with: "public_key_file ="),
            "agent.conf: [gateway] public_key_file: is missing; name the file with the gateway's public key"),
        Refusal(
            smallAgent + "\n[learning]\nestimator = streaming\nbaseline = critic\n",
            "agent.conf: [learning]: a critic is trained on stored samples: use the estimator reward-to-go or gae, "
                + "or another baseline"),
        Refusal(
            smallAgent + "\n[learning]\ncritic_shared = true\n",
            "agent.conf: [learning]: critic_shared needs a critic: set baseline = critic, or critic_shared = false"),
        Refusal(
            smallAgent + "\n[network]\nheartbeat_timeout_ms = 100\n",
            "agent.conf: [network]: heartbeat_timeout_ms is below heartbeat_interval_ms; "
                + "make it two or three times as long"),
        Refusal(
            smallAgent.replacing("tcp://gateway.example:5870", with: "gateway.example"),
            "agent.conf:4: [gateway] endpoint: \"gateway.example\" is no endpoint; write tcp://host:port"),
        Refusal(
            smallAgent.replacing("gateway.example", with: "*"),
            "agent.conf: [gateway]: endpoint names no one address and port; an agent needs both"),
        Refusal(
            smallAgent,
            "agent.conf: [gateway]: insecure = true is refused where other machines can reach; "
                + "use keys, or a loopback address", overrides: ["gateway.insecure=true"]),
        Refusal(
            smallAgent, "--set: [sampling] batch_step: unknown key; did you mean \"batch_steps\"?",
            overrides: ["sampling.batch_step=5"]),
        Refusal(smallAgent, "--set batch_steps: expected section.key=value", overrides: ["batch_steps"]),
        Refusal(
            smallAgent, "--set: [agent] seed: set twice; remove one", overrides: ["agent.seed=1", "agent.seed=2"]),
        Refusal(
            smallAgent + "\n[uplink]\nskip_rule = lapg\n",
            "agent.conf:11: [uplink] skip_rule: a gate compares with what was sent last; "
                + "set mirror = float32 or float16"),
        Refusal(
            smallAgent + "\n[uplink]\nfeedback = innovation\n",
            "agent.conf:11: [uplink] feedback: innovations are added to what was sent last; "
                + "set mirror = float32 or float16"),
        Refusal(
            smallAgent + "\n[uplink]\ncodec = ternary\nfeedback = error\n",
            "agent.conf:12: [uplink] feedback: error feedback spoils an unbiased codec, whose noise averages out; "
                + "set none"),
        Refusal(
            smallAgent + "\n[uplink]\ncodec = uniform\nbits = 2\nfeedback = innovation\nmirror = float32\n",
            "agent.conf:13: [uplink] feedback: the noise of so few levels grows in the mirror; "
                + "take more bits, another codec or no feedback"),
        Refusal(
            smallAgent + "\n[uplink]\nnode_momentum = 0.5\n",
            "agent.conf:11: [uplink] node_momentum: only innovations follow a momentum; "
                + "set feedback = innovation, or 1"),
        Refusal(
            smallAgent + "\n[uplink]\ncodec = low-rank\n",
            "agent.conf:11: [uplink] codec: low-rank loses most of every gradient; set feedback = error or innovation"),
        Refusal(
            smallAgent + "\n[uplink]\nskip_rule = lasg-wk2\nmirror = float16\n[learning]\nestimator = streaming\n"
                + "baseline = none\n",
            "agent.conf:11: [uplink] skip_rule: lasg-wk2 needs the samples of a batch; "
                + "set [learning] estimator = reward-to-go or gae"),
        Refusal(
            smallAgent + "\n[uplink]\nskip_rule = laq\nmirror = float16\n",
            "--set: [uplink] skip_rule: a gate compares with what was sent last; set mirror = float32 or float16",
            overrides: ["uplink.skip_rule=innovation", "uplink.mirror=none"]),
        Refusal(
            smallAgent + "\n[uplink]\ncodec = lattice\n",
            "agent.conf:11: [uplink] codec: \"lattice\" is not known; write dense-float32, dense-float16, uniform, "
                + "qsgd, ternary, natural, sign, grid, top-k or low-rank"),
        Refusal(
            smallAgent + "\n[uplink]\nskip_threshold = 1\n",
            "agent.conf:11: [uplink] skip_threshold: unknown key; check-config lists all that there are"),
    ]

    static let gateways: [Refusal] = [
        Refusal(
            smallGateway.replacing("allowed_keys_file", with: "alowed_keys_file"),
            "gateway.conf:5: [keys] alowed_keys_file: unknown key; did you mean \"allowed_keys_file\"?"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = lapg\n[uplink]\nskip_rule = lapg\nmirror = float32\n"
                + "skip_action = nothing\n",
            "gateway.conf: [uplink]: lapg sums the last gradient of every learner; set skip_action = reuse"),
        Refusal(
            smallGateway.replacing("allowed_keys_file = agents.list", with: ""),
            "gateway.conf: [keys] allowed_keys_file: is missing; "
                + "name the list of agents: a public key, a space and a name a line"),
        Refusal(
            smallGateway.replacing("observation_count = 8", with: ""),
            "gateway.conf: [policy] observation_count: is missing; say how many numbers an observation has"),
        Refusal(
            smallGateway + "\n[gateway]\ninsecur = true\n",
            "gateway.conf:10: [gateway] insecur: unknown key; did you mean \"insecure\"?"),
        Refusal(
            smallGateway.replacing("127.0.0.1", with: "*"),
            "gateway.conf: [gateway]: insecure = true is refused where other machines can reach; "
                + "use keys, or a loopback address", overrides: ["gateway.insecure=true"]),
        Refusal(
            smallGateway + "\n[aggregation]\nmomentum = 0\n",
            "gateway.conf:10: [aggregation] momentum: \"0\" is out of range; write a number above 0 and at most 1"),
        Refusal(
            smallGateway + "\n[aggregation]\ncombine = median\n",
            "gateway.conf:10: [aggregation] combine: only a rule that takes the mean of a round has one to replace; "
                + "set rule = fedpg"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\ncombine = median\n",
            "gateway.conf:11: [aggregation] combine: only a rule that takes the mean of a round has one to replace; "
                + "set rule = fedpg"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\ngradient_clip = fixed\n",
            "gateway.conf:11: [aggregation] gradient_clip: agreement needs the vectors of all agents whole; set off"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\n[local]\nbatches = 2\n",
            "gateway.conf: [local]: fednpg-admm agrees on one batch of every agent; set batches = 1"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\n[uplink]\nmirror = float32\nskip_rule = lapg\n",
            "gateway.conf:13: [uplink] skip_rule: agents that agree on a vector send it in every round; set none"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\n[uplink]\nmirror = float32\n",
            "gateway.conf:12: [uplink] mirror: agents that agree on a vector send it whole; "
                + "set feedback = none, mirror = none"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\n[uplink]\ncodec = top-k\nfeedback = error\n",
            "gateway.conf:13: [uplink] feedback: agents that agree on a vector send it whole; "
                + "set feedback = none, mirror = none"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fednpg-admm\n[uplink]\ncodec = top-k\n",
            "gateway.conf:12: [uplink] codec: agreement needs a codec without bias: dense-float32, dense-float16, "
                + "uniform, qsgd, natural"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fedpg\nadversaries_max = 1\n",
            "gateway.conf:11: [aggregation] adversaries_max: the mean withstands no adversary; "
                + "set combine to another rule, or 0 here"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fedpg\ncombine = krum\nadversaries_max = 2\n"
                + "[federation]\nagents_min = 6\n",
            "gateway.conf:12: [aggregation] adversaries_max: so many need [federation] agents_min above "
                + "2 adversaries_max + 2, times combine_buckets_of"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fedpg\ncombine = median\nadversaries_max = 2\n"
                + "[federation]\nagents_min = 4\n",
            "gateway.conf:12: [aggregation] adversaries_max: so many need [federation] agents_min above "
                + "2 adversaries_max, times combine_buckets_of"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fedpg\nfilter = kardam\n",
            "gateway.conf:11: [aggregation] filter: rounds have no filter; use combine, or a rule without rounds"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = kardam\ncombine = median\n",
            "gateway.conf:11: [aggregation] combine: kardam judges gradients one by one; set combine = mean, "
                + "or filter = basgd"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = kardam\nstaleness_max = 4096\n",
            "gateway.conf:11: [aggregation] staleness_max: kardam remembers every policy that far back; at most 4095"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = kardam\nadversaries_max = 2\n[federation]\nagents_min = 6\n",
            "gateway.conf:11: [aggregation] adversaries_max: kardam bars 2 f agents, and more than f must be left; "
                + "it needs [federation] agents_min above 3 f"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = malenia\ncollect_from = soonest\n",
            "gateway.conf:11: [aggregation] collect_from: rennala alone can do without the gradients of some; "
                + "set everyone, or rule = rennala"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = rennala\nround_batches_initial = 70000\n",
            "gateway.conf:11: [aggregation] round_batches_initial: no agent adds up more than 65536 gradients; "
                + "lower it, or raise agents_min of [federation]"),
        Refusal(
            smallGateway + "\n[aggregation]\nround_timeout_ms = 1000\n",
            "gateway.conf:10: [aggregation] round_timeout_ms: this rule has no rounds; set it to 0, or rule = fedpg"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = lapg\nround_timeout_ms = 1000\n"
                + "[federation]\nagents_min = 5\nagents_max = 5\n",
            "gateway.conf:11: [aggregation] round_timeout_ms: a round needs [federation] agents_min, "
                + "and with as many as agents_max can do without nobody; lower it"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = zeno\n",
            "gateway.conf: [aggregation] validator: zeno compares with the gradients of an agent that is trusted; "
                + "name it"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = kardam\nvalidator = referee\n",
            "gateway.conf:11: [aggregation] validator: nobody asks this agent; set filter = zeno, "
                + "or leave the key out"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = fedbuff\nfilter = basgd\ncombine = median\n",
            "gateway.conf:11: [aggregation] filter: fedbuff has a buffer of its own; use fedasync with basgd"),
        Refusal(
            smallGateway + "\n[critic]\nshared = true\n[aggregation]\nfilter = kardam\n",
            "gateway.conf:10: [critic] shared: any agent can send any critic, and no filter or combine looks at it; "
                + "set shared = false with those"),
        Refusal(
            smallGateway + "\n[critic]\nshared = true\n[aggregation]\nrule = fedpg\ncombine = median\n",
            "gateway.conf:10: [critic] shared: any agent can send any critic, and no filter or combine looks at it; "
                + "set shared = false with those"),
        Refusal(
            smallGateway + "\n[critic]\nweight = 0\n",
            "gateway.conf:10: [critic] weight: \"0\" is out of range; write a number above 0 and at most 1e+02"),
        Refusal(
            smallGateway + "\n[critic]\nuplink_codec = ternary\n",
            "gateway.conf:10: [critic] uplink_codec: \"ternary\" is not known; "
                + "write dense-float32 or dense-float16"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = basgd\n",
            "gateway.conf: [aggregation] combine: basgd needs a combination that withstands adversaries; "
                + "set combine = median"),
        Refusal(
            smallGateway + "\n[aggregation]\nfilter = basgd\ncombine = median\nadversaries_max = 2\n",
            "gateway.conf: [aggregation] basgd_buffers: one adversary can spoil one buffer; "
                + "use at least 2 adversaries_max + 1"),
        Refusal(
            smallGateway + "\n[aggregation]\ncombine = average\n",
            "gateway.conf:10: [aggregation] combine: \"average\" is not known; write mean, median, trimmed-mean, "
                + "meamed, krum, multi-krum, geometric-median, centred-clipping or fedpg-br"),
        Refusal(
            smallGateway + "\n[federation]\nagents_min = 9\nagents_max = 8\n",
            "gateway.conf: [federation]: agents_min is above agents_max; raise agents_max"),
        Refusal(
            smallGateway + "\nlog_std_minimum = 3\n",
            "gateway.conf: [policy]: log_std_minimum is above log_std_maximum; exchange them"),
        Refusal(
            smallGateway + "\n[uplink]\nskip_rule = lapg\n",
            "gateway.conf:10: [uplink] skip_rule: a gate compares with what was sent last; "
                + "set mirror = float32 or float16"),
        Refusal(
            smallGateway + "\n[downlink]\ncodec = uniform\n",
            "gateway.conf:10: [downlink] codec: \"uniform\" is not known; "
                + "write dense-float32, dense-float16 or lattice"),
        Refusal(
            smallGateway + "\n[downlink]\nlattice_exponent = 1\n",
            "gateway.conf:10: [downlink] lattice_exponent: \"1\" is out of range; write a whole number from -20 to 0"),
        Refusal(
            smallGateway + "\n[uplink]\nskip_history = 0\n",
            "gateway.conf:10: [uplink] skip_history: \"0\" is out of range; "
                + "write a whole number from 1 to 100 (versions)"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = rennala\n[local]\nbatches = 4\n",
            "gateway.conf: [local]: batches above 1 and a rule that collects contradict; "
                + "let round_batches of [aggregation] say it"),
        Refusal(
            smallGateway + "\n[aggregation]\nrule = malenia\n[uplink]\nskip_rule = lapg\nmirror = float32\n",
            "gateway.conf: [uplink]: skip_rule compares single batches; "
                + "take none, or another rule and batches = 1 of [local]"),
        Refusal(
            smallGateway + "\n[local]\nbatches = 4\n[uplink]\nskip_rule = lapg\nmirror = float32\n",
            "gateway.conf: [uplink]: skip_rule compares single batches; "
                + "take none, or another rule and batches = 1 of [local]"),
        Refusal(
            smallGateway + "\n[local]\nstep_size = 0.5\n",
            "gateway.conf: [local]: step_size needs batches above 1: one batch leaves nothing to step for"),
        Refusal(
            smallGateway + "\n[aggregation]\nround_batches = 0\n",
            "gateway.conf:10: [aggregation] round_batches: \"0\" is out of range; "
                + "write a whole number from 1 to 1000000 (gradients)"),
    ]

    @Test("an agent's is refused in one line that says where, what, and what to do", arguments: agents)
    func agentRefused(_ refused: Refusal) {
        let line = refusal { () throws(ConfigurationError) in
            _ = try agent(refused.text, overrides: refused.overrides)
        }
        #expect(line == refused.expected)
    }

    @Test("a gateway's is refused in one line that says where, what, and what to do", arguments: gateways)
    func gatewayRefused(_ refused: Refusal) {
        let line = refusal { () throws(ConfigurationError) in
            _ = try gateway(refused.text, overrides: refused.overrides)
        }
        #expect(line == refused.expected)
    }
}
