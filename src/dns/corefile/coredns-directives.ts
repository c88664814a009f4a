/**
 * Every directive of CoreDNS 1.14.7 (plugin.cfg), and which of them can be left alone because nothing that is modelled
 * depends on them. A directive that is neither in this table without effect nor a modelled plugin is an error: it could
 * change answers.
 */

/** Directives that change no modelled answer, with the reason. */
export const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map([
  ["root", "where plugins look for files; no modelled plugin reads one of its own"],
  ["metadata", "collects data for logs and expressions of other plugins"],
  ["geoip", "adds metadata about where a client is"],
  ["cancel", "ends questions after 5.001 s; forward has given up by then"],
  ["quic", "limits of a transport that no modelled client speaks"],
  ["grpc_server", "limits of a transport that no modelled client speaks"],
  ["https", "limits of a transport that no modelled client speaks"],
  ["https3", "limits of a transport that no modelled client speaks"],
  ["timeouts", "of TCP connections between questions; each modelled question stands alone"],
  ["multisocket", "more sockets for one port: throughput, not answers"],
  ["nsid", "adds the server's name to replies that ask for it"],
  ["bufsize", "caps the size of UDP replies; modelled replies are small"],
  ["bind", "on which addresses a server listens; a modelled pod has one"],
  ["debug", "logging"],
  ["trace", "tracing"],
  ["pprof", "profiling"],
  ["prometheus", "metrics"],
  ["log", "logging"],
  ["dnstap", "logging"],
  ["errors", "logging"],
  ["any", "answers questions of type ANY; no modelled client asks them"],
  ["chaos", "answers questions of class CH; no modelled client asks them"],
  ["minimal", "drops authority and additional records of successful replies; no modelled client reads them"],
  ["tls", "the certificate of a transport that no modelled client speaks"],
  ["transfer", "zone transfers; nobody asks for one"],
  ["on", "runs a command at start or end of the process"],
]);

/** Directives of CoreDNS, in the order of its chain. */
export const COREDNS_DIRECTIVES: readonly string[] = [
  "root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind",
  "debug trace ready health pprof shed prometheus errors log dnstap local dns64 any chaos loadbalance tsig rewrite",
  "autopath acl cache header dnssec tls minimal template transfer hosts route53 azure clouddns k8s_external kubernetes",
  "file auto secondary etcd loop forward grpc erratic whoami on sign view nomad",
].flatMap((line) => line.split(" "));

/**
 * Directives that CoreDNS refuses twice in one server block (`plugin.ErrOnce` of their set-up). Of the others, forward,
 * template, rewrite, log, bind and so on add up, and of health, loadbalance and autopath the last one counts.
 */
export const ONCE: ReadonlySet<string> = new Set(
  "cache errors hosts kubernetes loop pprof prometheus ready reload".split(" "),
);
