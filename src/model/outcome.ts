/** How requests end, and the mechanisms that make them fail. */
export const OUTCOMES = [
  "ok",
  "dns-nxdomain",
  "dns-servfail",
  "dns-timeout",
  "refused",
  "unreachable",
  "connect-timeout",
  "reset",
  "request-timeout",
  "http-error",
  "wrong-pod",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Mechanisms that make a request fail: what each means, and which setting changes it. Order is the order in reports. */
export const CAUSES = [
  {
    name: "stale-rules",
    sentence:
      "a node still had rules for a pod that had stopped accepting: a preStop sleep longer than the slowest node's sync prevents it",
  },
  {
    name: "stale-dns-answer",
    sentence:
      "the client connected to an address that an outdated DNS answer had given: shorter TTLs, or a preStop sleep that outlasts them",
  },
  {
    name: "stale-address",
    sentence:
      "the client used a pod address that it had learned earlier and that is no longer the pod's: use a Service name",
  },
  {
    name: "nobody-there",
    sentence:
      "nobody was there to be called: no process listened at the address, or the pod that was named did not exist",
  },
  {
    name: "no-ready-endpoints",
    sentence:
      "the Service had no usable endpoint: more replicas, a smaller maxUnavailable, or a less strict readiness probe",
  },
  {
    name: "node-down",
    sentence:
      "the endpoint's node was dead and the API did not know it yet: node-monitor-grace-period and client timeouts decide how long",
  },
  {
    name: "transit-down",
    sentence:
      "a node or a balancer that the connection was sent to was dead: what it takes to notice that, such as health checks of whoever sends there, decides how long",
  },
  {
    name: "process-exited",
    sentence: "the process had ended by itself and neither probe nor API had told anybody yet",
  },
  {
    name: "killed-in-flight",
    sentence: "the process ended while it was serving the request: let it finish in-flight requests at SIGTERM",
  },
  {
    name: "grace-period-exceeded",
    sentence: "SIGKILL came while the request was being served: raise terminationGracePeriodSeconds",
  },
  {
    name: "packet-loss",
    sentence:
      "packets were lost on the way and the client gave up before one came through: allow it more time, or retries",
  },
  { name: "not-listening-yet", sentence: "the pod was ready before its process listened: give it a readiness probe" },
  {
    name: "ip-reused",
    sentence: "the address had been given to another pod: clients or rules were still using the old one",
  },
  {
    name: "unknown-to-node",
    sentence: "the client had no way to the Service: its node did not know it yet, or it stands outside the cluster",
  },
  { name: "slow-server", sentence: "the server needed longer than the client's timeout" },
  { name: "client-crashed", sentence: "the client's own node or process ended while it waited" },
  {
    name: "dns-unavailable",
    sentence: "no DNS server answered: look at CoreDNS replicas, their lameduck and the rules towards kube-dns",
  },
] as const;
export type Cause = (typeof CAUSES)[number]["name"];
