/** The directive `forward FROM TO... { … }` (plugin/forward/setup.go, CoreDNS 1.14.7). */
import { MILLISECOND, type Micros } from "../../../engine/duration.js";
import { type Address, parseAddress } from "../../../model/address.js";
import type { Directive } from "../../corefile/corefile.js";
import { DirectiveReader, type ReadProperty } from "../../corefile/directive-reader.js";
import { shown } from "../../corefile/zone-name.js";
import { DEFAULT_EXPIRE } from "../../upstream/connections.js";
import type { SetupContext } from "../plugin.js";

const MAX_UPSTREAMS = 15;
const RESOLV_CONF = "/etc/resolv.conf";

const POLICIES = ["random", "round_robin", "sequential"] as const;
export type Policy = (typeof POLICIES)[number];

export interface ForwardOptions {
  readonly from: string;
  readonly upstreams: readonly Address[];
  /** Zones below `from` that go on to the next plugin. */
  readonly except: readonly string[];
  readonly forceTcp: boolean;
  /** An upstream is down after more failed health checks in a row than this; 0: there are no health checks. Default 2. */
  readonly maxFails: number;
  /** Between a failed health check and the next one. Default 0.5 s. */
  readonly healthCheck: Micros;
  /** Idle time after which a socket is not used again. Default 10 s. */
  readonly expire: Micros;
  readonly policy: Policy;
  /** Most questions at a time; 0: no limit, the default. */
  readonly maxConcurrent: number;
  /** SERVFAIL at once while all upstreams are down, instead of trying one of them. */
  readonly failFast: boolean;
}

/** Properties that CoreDNS has and the simulator has not. */
const NOT_MODELLED =
  "tls tls_servername next next_on_nodata failover max_idle_conns max_age max_connect_attempts doh_method resolver".split(
    " ",
  );

/** Null when there is nobody to forward to, which has been reported. */
export function parseForward(directive: Directive, context: SetupContext): ForwardOptions | null {
  const reader = new DirectiveReader(directive, context.report);
  const options = {
    from: "",
    upstreams: [] as readonly Address[],
    except: [] as readonly string[],
    forceTcp: false,
    maxFails: 2,
    healthCheck: 500 * MILLISECOND,
    expire: DEFAULT_EXPIRE,
    policy: "random" as Policy,
    maxConcurrent: 0,
    failFast: false,
  };
  if (reader.count(2, Number.POSITIVE_INFINITY)) {
    options.from = fromZone(directive, context);
    options.upstreams = reader.texts(1).flatMap((text, index) => serversOf(reader, text, index + 1, context));
  }
  reader.properties(
    {
      except: (property) => {
        if (property.count(1, Number.POSITIVE_INFINITY)) options.except = [...options.except, ...property.zones()];
      },
      force_tcp: (property) => {
        options.forceTcp = property.count(0);
      },
      // clients ask over UDP, so this changes nothing
      prefer_udp: (property) => {
        property.count(0);
      },
      failfast_all_unhealthy_upstreams: (property) => {
        options.failFast = property.count(0);
      },
      max_fails: (property) => {
        if (property.count(1)) options.maxFails = property.integer(0, options.maxFails, { most: 1_000_000 });
      },
      max_concurrent: (property) => {
        if (property.count(1)) options.maxConcurrent = property.integer(0, 0);
      },
      expire: (property) => {
        if (property.count(1)) options.expire = property.duration(0, options.expire);
      },
      // what a check asks for (no_rec, domain NAME) makes no difference: every answer is a healthy one
      health_check: (property) => {
        if (property.count(1, 4))
          options.healthCheck = property.duration(0, options.healthCheck, { least: MILLISECOND });
        checkHealthOptions(property);
      },
      policy: (property) => {
        if (property.count(1)) options.policy = property.oneOf(0, POLICIES, options.policy);
      },
      ...notModelled(),
    },
    ONE_WORD,
  );
  const { length } = options.upstreams;
  if (length > MAX_UPSTREAMS) reader.error(`forward takes at most ${MAX_UPSTREAMS} servers, not ${length}`);
  return length === 0 ? null : options;
}

/** A range of addresses stands for its first reverse zone, as in CoreDNS. */
function fromZone(directive: Directive, context: SetupContext): string {
  const first = new DirectiveReader({ ...directive, arguments: directive.arguments.slice(0, 1) }, context.report);
  return first.zones()[0] ?? "";
}

/** Behind the period, up to the end of the line: a brace there is an option that CoreDNS does not know. */
function checkHealthOptions(property: DirectiveReader): void {
  for (let index = 1; index < property.length; index++) {
    if (property.text(index) === "domain") index += 1;
    else if (property.text(index) !== "no_rec") property.oneOf(index, ["no_rec", "domain"], "no_rec");
  }
}

/** Properties of which the setup takes the next word and no more. */
const ONE_WORD: readonly string[] = ["max_fails", "max_concurrent", "expire", "policy", "tls_servername"];

function notModelled(): Record<string, ReadProperty> {
  return Object.fromEntries(
    NOT_MODELLED.map((name) => [name, (property) => property.error(`${name} of forward is not modelled yet`)]),
  );
}

/** `10.0.0.1`, `10.0.0.1:53`, `dns://10.0.0.1`, or the nameservers of the node. */
function serversOf(reader: DirectiveReader, text: string, index: number, context: SetupContext): readonly Address[] {
  if (text.startsWith("/")) {
    if (text !== RESOLV_CONF)
      reader.errorAt(index, `there is no file ${shown(text)}`, `name servers, or ${RESOLV_CONF}`);
    else if (context.hostNameservers.length === 0) reader.errorAt(index, "the node's resolv.conf has no nameserver");
    else return context.hostNameservers;
    return [];
  }
  const scheme = /^([a-z0-9]+):\/\//.exec(text)?.[1];
  if (scheme !== undefined && scheme !== "dns") {
    reader.errorAt(index, `forwarding over ${scheme} is not modelled yet`, "write the address alone, for UDP");
    return [];
  }
  const [host = "", port] = text.slice(scheme === undefined ? 0 : scheme.length + 3).split(":");
  const address = parseAddress(host);
  if (address === null) {
    const hint = "names and IPv6 addresses of servers are not modelled yet";
    reader.errorAt(index, `${shown(text)} is no IPv4 address`, hint);
    return [];
  }
  if (port !== undefined && port !== "53") {
    reader.errorAt(index, `a DNS server at port ${shown(port)} is not modelled yet`, "servers answer at port 53");
  }
  return [address];
}
