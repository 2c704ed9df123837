/** Where a unit can be reached; the first port is its main one. */
export interface UnitAddress {
  host: string;
  ports: Record<string, number>;
  /** Of its URL; null: `https` for a port of that name, else `http`. */
  scheme?: "tcp" | null;
  /** Further variables, and what of its address they hold. */
  variables?: Readonly<Record<string, "host" | "port" | "url">>;
  /** True for what the fleet goes on without: `ORCHESTRA_POSTGRES` says so. */
  isUnavailable?: boolean;
}

/** The variables that tell every unit's address, worked out once for all replicas of a fleet. */
export interface AddressVariables {
  kind: "address-variables";
  /** By the unit that they are about: `CATALOG_HOST`, `CATALOG_PORT`, `CATALOG_URL`, `CATALOG_PORT_GRPC`. */
  byUnit: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;
  /** All of them. Has no prototype, and is the prototype of many environments: not to be changed. */
  all: Readonly<Record<string, string>>;
}

/**
 * Makes the variables for all of `addresses`. A unit without a port has none, for there is nothing to reach. What they
 * say depends on who asks: `unitAddresses` makes the addresses as processes of this machine see them, or as containers do.
 */
export function addressVariables(addresses: Record<string, UnitAddress>): AddressVariables {
  const byUnit = new Map<string, readonly (readonly [string, string])[]>();
  for (const [unit, address] of Object.entries(addresses)) {
    const variables = variablesOf(unit, address);
    if (variables.length > 0) byUnit.set(unit, variables);
  }
  const all: Record<string, string> = Object.create(null);
  for (const variables of byUnit.values()) for (const [name, value] of variables) all[name] = value;
  return { kind: "address-variables", byUnit, all };
}

function variablesOf(unit: string, address: UnitAddress): readonly (readonly [string, string])[] {
  const { host, ports, scheme, variables = {}, isUnavailable = false } = address;
  const prefix = variablePrefix(unit);
  const absence = isUnavailable ? [[`ORCHESTRA_${variablePart(unit)}`, "unavailable"] as const] : [];
  const [main, ...others] = Object.entries(ports);
  if (main === undefined) return absence;
  const [mainName, mainPort] = main;
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const url = `${scheme ?? (mainName === "https" ? "https" : "http")}://${bracketed}:${mainPort}`;
  const parts = { host, port: String(mainPort), url };
  return [
    [`${prefix}_HOST`, host],
    [`${prefix}_PORT`, parts.port],
    [`${prefix}_URL`, url],
    ...others.map(([name, port]) => [`${prefix}_PORT_${portPart(name)}`, String(port)] as const),
    ...Object.entries(variables).map(([name, what]) => [name, parts[what]] as const),
    ...absence,
  ];
}

/** What a unit's variables begin with: `my-api` → `MY_API`. */
export function variablePrefix(unit: string): string {
  const part = variablePart(unit);
  return /^\d/.test(part) ? `_${part}` : part;
}

/** A name as a part of a variable's name: `grpc-web` → `GRPC_WEB`. */
function variablePart(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** The name of a port as a part of a variable's name: `grpc` → `GRPC`, `15672/tcp` → `15672`, `53/udp` → `53_UDP`. */
export function portPart(name: string): string {
  return variablePart(name.replace(/\/tcp$/, ""));
}
