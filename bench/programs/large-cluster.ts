/** The text of a scenario of any size: one Deployment that is rolled out, and small ones with a Service each. */

export interface Size {
  readonly nodes: number;
  /** Pods of the Deployment that is rolled out at 10 s. */
  readonly replicas: number;
  /** Small Deployments, with a Service each. */
  readonly others: number;
  /** Pods of all small Deployments. */
  readonly otherPods: number;
  readonly observeAll: boolean;
}

export function largeCluster({ nodes, replicas, others, otherPods, observeAll }: Size): string {
  const documents = [scenario(nodes, observeAll), rolledOut(replicas), service("web")];
  let placed = 0;
  for (let i = 1; i <= others; i++) {
    const pods = Math.round((i * otherPods) / others) - placed;
    placed += pods;
    documents.push(small(`web-${i}`, pods), service(`web-${i}`));
  }
  return documents.join("---\n");
}

function scenario(nodes: number, observeAll: boolean): string {
  return `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: large}
spec:
  seed: 1
  cluster:
    podCIDR: 10.128.0.0/9
    serviceCIDR: 10.96.0.0/16
    nodePools: [{name: node, count: ${nodes}, zones: [a, b, c], capacity: {cpu: "8", memory: 32Gi, pods: "110"}}]
    backgroundChurn: {endpointChangesPerSecond: 5}
  traffic:
    - {to: web, rps: 100, from: {pods: {matchLabels: {app: web-1}}}}
  churn:
    - {at: 10s, rollout: web, image: "web:v2"}
${observeAll ? "  observe: all\n" : ""}`;
}

function rolledOut(replicas: number): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:v1
          ports: [{containerPort: 8080}]
          resources: {requests: {cpu: 100m, memory: 64Mi}}
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
`;
}

function small(name: string, replicas: number): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
`;
}

function service(name: string): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
`;
}
