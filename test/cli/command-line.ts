/** Runs the compiled program as a user does: in a folder of its own, with its own streams. */
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const MAIN = join(ROOT, "dist/cli/main.js");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder that is removed at the end, with what a user would do in it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), "kubechurn-test-"));

  /** Runs to the end. `flags` are Node's own. */
  kubechurn(words: readonly string[], input: string | Uint8Array = "", flags: readonly string[] = []): Ended {
    const ended: SpawnSyncReturns<Buffer> = spawnSync(process.execPath, [...flags, MAIN, ...words], {
      cwd: this.folder,
      input,
      timeout: 50_000,
      env: environment(),
    });
    return { code: ended.status, out: ended.stdout.toString(), err: ended.stderr.toString() };
  }

  /** Starts and leaves running. */
  start(words: readonly string[]): ReturnType<typeof spawn> {
    return spawn(process.execPath, [MAIN, ...words], { cwd: this.folder, env: environment(), stdio: "ignore" });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return name;
  }

  copy(from: string, to: string): void {
    cpSync(this.path(from), this.path(to), { recursive: true });
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Names in a folder; none when there is no such folder. */
  list(name: string): string[] {
    return this.exists(name) ? readdirSync(this.path(name)).sort((x, y) => (x < y ? -1 : 1)) : [];
  }

  /** Text of every file of a folder. */
  contents(name: string): Record<string, string> {
    return Object.fromEntries(this.list(name).map((file) => [file, this.read(join(name, file))]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without what npm says of whoever started the tests. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => name !== "KUBECHURN_DEBUG" && !name.startsWith("npm_"));
  return Object.fromEntries(kept);
}

/** The result files of a run. */
export const WRITTEN = [
  "dns.csv",
  "endpoints.csv",
  "events.csv",
  "failover.csv",
  "failover.svg",
  "failures.csv",
  "pods.csv",
  "requests.csv",
  "scenario.resolved.yaml",
  "summary.json",
  "terminations.csv",
  "timeline.csv",
  "timeline.svg",
];

export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:v1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
`;

/** A Scenario with these lines below `spec`, then the Deployment and Service `web`. */
export function scenario(name: string, ...spec: readonly string[]): string {
  const lines = spec.map((line) => `  ${line}`).join("\n");
  return `apiVersion: kubechurn/v1alpha1\nkind: Scenario\nmetadata: {name: ${name}}\nspec:\n${lines}\n---\n${DEPLOYMENT}`;
}

/** A rollout that ends after 15 simulated seconds. */
export const SHORT = scenario(
  "short",
  "duration: 15s",
  "traffic: [{to: web, rps: 100}]",
  "churn: [{at: 1s, rollout: web}]",
);
