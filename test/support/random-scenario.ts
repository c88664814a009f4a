/** Small random scenarios as YAML text, for properties that must hold in all of them. */
import * as fc from "fast-check";

export interface RandomScenario {
  readonly seed: number;
  readonly nodes: number;
  readonly zones: number;
  readonly replicas: number;
  /** Seconds. */
  readonly duration: number;
  readonly rps: number;
  /** Replicas of a Deployment of clients; 0: one client pod on each node. */
  readonly clients: number;
  readonly arrival: "poisson" | "uniform";
  /** Seconds. */
  readonly preStop: number;
  readonly onSigterm: "finish" | "exit" | "ignore";
  readonly headless: boolean;
  readonly probe: boolean;
  readonly version: string;
  readonly mode: "iptables" | "nftables";
  /** Milliseconds: medians of watch delivery and API writes. */
  readonly watch: number;
  readonly write: number;
  readonly minSyncPeriod: string;
  readonly churn: readonly string[];
  /** Lines below `spec.cluster`. */
  readonly cluster: readonly string[];
  /** More pools, as flow mappings. */
  readonly pools: readonly string[];
}

const second = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 5, max: most * 10 - 1 }).map((tenths) => tenths / 10);

/** Everything that churn can do without a node failing. */
const gentle = (most: number): fc.Arbitrary<string> =>
  second(most).chain((at) =>
    fc.oneof(
      fc.constantFrom("rollout: web", 'rollout: web, image: "web:v2"').map((action) => `{at: ${at}s, ${action}}`),
      fc.integer({ min: 0, max: 6 }).map((replicas) => `{at: ${at}s, scale: web, replicas: ${replicas}}`),
      fc.constant(`{at: ${at}s, delete-pod: web}`),
      fc.integer({ min: 0, max: 3 }).map((grace) => `{at: ${at}s, delete-pod: web, gracePeriodSeconds: ${grace}}`),
      fc.constant(`{at: ${at}s, every: 2s, jitter: 1s, until: ${most}s, delete-pod: web}`),
      fc.constant(`{at: ${at}s, crash-container: web}`),
      fc.integer({ min: 1, max: 8 }).map((time) => `{at: ${at}s, fail-probe: web, for: ${time}s}`),
    ),
  );

const nodeFailure = (most: number): fc.Arbitrary<string> =>
  second(most).map((at) => `{at: ${at}s, crash-node: {hosting: web}}`);

const PARTS = {
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  nodes: fc.integer({ min: 1, max: 4 }),
  zones: fc.integer({ min: 1, max: 3 }),
  replicas: fc.integer({ min: 1, max: 6 }),
  rps: fc.integer({ min: 20, max: 100 }),
  clients: fc.constantFrom(0, 0, 2),
  arrival: fc.constantFrom("poisson" as const, "uniform" as const),
  preStop: fc.integer({ min: 0, max: 3 }),
  onSigterm: fc.constantFrom("finish" as const, "exit" as const, "ignore" as const),
  headless: fc.boolean(),
  probe: fc.boolean(),
  version: fc.constantFrom("1.29", "1.33", "1.36"),
  mode: fc.constantFrom("iptables" as const, "nftables" as const),
  watch: fc.integer({ min: 0, max: 400 }),
  write: fc.integer({ min: 0, max: 40 }),
  minSyncPeriod: fc.constantFrom("1us", "200ms", "1s", "5s"),
};

export interface RandomOptions {
  /** Whether nodes may crash. Default true. */
  readonly nodeFailures?: boolean;
  /** Parts that are not random. */
  readonly fixed?: Partial<RandomScenario>;
}

export function randomScenario({ nodeFailures = true, fixed = {} }: RandomOptions = {}): fc.Arbitrary<RandomScenario> {
  return fc.integer({ min: 5, max: 20 }).chain((duration) => {
    const one = nodeFailures
      ? fc.oneof({ weight: 5, arbitrary: gentle(duration) }, { weight: 1, arbitrary: nodeFailure(duration) })
      : gentle(duration);
    return fc
      .record({ ...PARTS, churn: fc.array(one, { minLength: 1, maxLength: 4 }) })
      .map((parts) => ({ ...parts, duration, cluster: [], pools: [], ...fixed }));
  });
}

function distribution(median: number): string {
  return median === 0 ? "0s" : `{lognormal: {median: ${median}ms, p99: ${median * 8}ms}}`;
}

export function textOf(scenario: RandomScenario): string {
  const { nodes, zones, preStop, headless, probe } = scenario;
  const zoneNames = ["a", "b", "c"].slice(0, zones).join(", ");
  const hook = preStop === 0 ? "" : `lifecycle: {preStop: {sleep: {seconds: ${preStop}}}}`;
  const readiness = probe ? "readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2}" : "";
  return `apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: random}
spec:
  kubernetesVersion: "${scenario.version}"
  seed: ${scenario.seed}
  duration: ${scenario.duration}s
  sampling: {requests: all}
  cluster:
    nodePools: [{name: node, count: ${nodes}, zones: [${zoneNames}]}${scenario.pools.map((pool) => `, ${pool}`).join("")}]
    components: {kubeProxy: {mode: ${scenario.mode}, minSyncPeriod: ${scenario.minSyncPeriod}}}
    latency:
      watchDelivery: ${distribution(scenario.watch)}
      apiWrite: ${distribution(scenario.write)}
${scenario.cluster.map((line) => `    ${line}\n`).join("")}
  workloads:
    - {listenAfter: 500ms, onSigterm: ${scenario.onSigterm}}
  traffic:
    - to: "http://web:${headless ? 8080 : 80}/"
      rps: ${scenario.rps}
      arrival: ${scenario.arrival}
      ${scenario.clients > 0 ? "from: {pods: {matchLabels: {app: client}}}" : ""}
  churn:
${scenario.churn.map((entry) => `    - ${entry}\n`).join("")}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${scenario.replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 8
      containers:
        - name: web
          image: web:v1
          ports: [{containerPort: 8080}]
          resources: {requests: {cpu: 100m, memory: 64Mi}}
          ${readiness}
          ${hook}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ${headless ? "clusterIP: None" : ""}
  ports: [{port: ${headless ? 8080 : 80}, targetPort: 8080}]
${scenario.clients > 0 ? clientsOf(scenario.clients) : ""}`;
}

function clientsOf(replicas: number): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: client}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: client}}
  template:
    metadata: {labels: {app: client}}
    spec:
      containers: [{name: client, image: "client:v1"}]
`;
}
