/** Which Service a host name means, for clients of a namespace and their search list (the names of cluster DNS). */
import { objectKey, type Service } from "../../../model/objects.js";

export interface NamedService {
  readonly service: Service;
  /** Host name of a pod behind it, for names such as `db-0.db`; empty otherwise. */
  readonly pod: string;
}

export class ServiceNames {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #suffix: string;
  readonly #domain: string;

  constructor(services: readonly Service[], clusterDomain: string) {
    this.#services = new Map(services.map((each) => [objectKey(each.metadata.namespace, each.metadata.name), each]));
    this.#domain = clusterDomain;
    this.#suffix = `.svc.${clusterDomain}`;
  }

  /** Null when the name does not exist for clients of this namespace. */
  find(host: string, namespace: string): NamedService | null {
    const name = host.toLowerCase();
    if (name.endsWith(".")) return this.#absolute(name.slice(0, -1));
    const search = [`.${namespace}${this.#suffix}`, this.#suffix, `.${this.#domain}`, ""];
    const found = search.flatMap((suffix) => this.#absolute(name + suffix) ?? []);
    // A pod's name exists only while the pod does, so that a Service further down the search list is the safer guess.
    return found.find((each) => each.pod === "") ?? found[0] ?? null;
  }

  /** Services of the name that a host could have meant, wherever they are. */
  like(host: string): readonly Service[] {
    const labels = host.toLowerCase().split(".");
    const first = labels.slice(0, 2);
    return [...this.#services.values()].filter(({ metadata }) => first.includes(metadata.name));
  }

  #absolute(name: string): NamedService | null {
    if (!name.endsWith(this.#suffix)) return null;
    const labels = name.slice(0, -this.#suffix.length).split(".");
    const [pod, name2, namespace] = labels.length === 3 ? labels : ["", ...labels];
    if (labels.length < 2 || labels.length > 3) return null;
    const service = this.#services.get(objectKey(namespace ?? "", name2 ?? ""));
    return service === undefined ? null : { service, pod: pod ?? "" };
  }
}
