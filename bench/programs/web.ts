/** The manifests of a Deployment of ten pods and of its Service, to follow a Scenario document. */

/** `clusterIP` is the address of the Service; empty: any. */
export function webManifests(clusterIP = ""): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {${clusterIP === "" ? "" : `clusterIP: ${clusterIP}, `}selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
}
