/** Where a unit can be reached; the first port is its main one. */
export interface UnitAddress {
  host: string;
  ports: Record<string, number>;
}

/** The variables that tell every unit's address, worked out once for all replicas of a fleet. */
export interface AddressVariables {
  kind: "address-variables";
  /** By the unit that they are about: `CATALOG_HOST`, `CATALOG_PORT`, `CATALOG_URL`, `CATALOG_PORT_GRPC`. */
  byUnit: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;
  /** All of them. Has no prototype, and is the prototype of many environments: not to be changed. */
  all: Readonly<Record<string, string>>;
}

/** Makes the variables for all of `addresses`. A unit without a port has none, for there is nothing to reach. */
export function addressVariables(addresses: Record<string, UnitAddress>): AddressVariables {
  const byUnit = new Map<string, readonly (readonly [string, string])[]>();
  for (const [unit, { host, ports }] of Object.entries(addresses)) {
    const [main, ...others] = Object.entries(ports);
    if (main === undefined) continue;
    const [mainName, mainPort] = main;
    const prefix = variablePrefix(unit);
    const bracketed = host.includes(":") ? `[${host}]` : host;
    byUnit.set(unit, [
      [`${prefix}_HOST`, host],
      [`${prefix}_PORT`, String(mainPort)],
      [`${prefix}_URL`, `${mainName === "https" ? "https" : "http"}://${bracketed}:${mainPort}`],
      ...others.map(([name, port]) => [`${prefix}_PORT_${variablePart(name)}`, String(port)] as const),
    ]);
  }
  const all: Record<string, string> = Object.create(null);
  for (const variables of byUnit.values()) for (const [name, value] of variables) all[name] = value;
  return { kind: "address-variables", byUnit, all };
}

/** What a unit's variables begin with: `my-api` → `MY_API`. */
export function variablePrefix(unit: string): string {
  const part = variablePart(unit);
  return /^\d/.test(part) ? `_${part}` : part;
}

/** A name as a part of a variable's name: `grpc-web` → `GRPC_WEB`. */
export function variablePart(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
