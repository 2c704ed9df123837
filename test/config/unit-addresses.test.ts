import { describe, expect, test } from "vitest";
import { addressVariables } from "../../src/config/address-variables.ts";
import { plainContainer } from "../../src/config/plain-container.ts";
import { hostFromContainers, unitAddresses, type Viewpoint } from "../../src/config/unit-addresses.ts";
import type { ContainerSpec, InnerPort } from "../../src/model/container.ts";
import type { VendorTraits } from "../../src/model/vendor-traits.ts";

const container: ContainerSpec = {
  ...plainContainer,
  image: "x",
};

const inner = (port: number, hostIp = "127.0.0.1"): InnerPort => ({ port, protocol: "tcp", hostIp });
const vendor: VendorTraits = { optional: false, keep: false, variables: {} };

const units = [
  { name: "api", container: null, vendor: null },
  { name: "web", container: { ...container, image: null }, vendor: null },
  {
    name: "postgres",
    container: {
      ...container,
      inside: { "5432/tcp": inner(5432), "53/udp": { ...inner(53), protocol: "udp" as const } },
    },
    vendor: { ...vendor, variables: { DB_HOST: "host" as const, DB_PORT: "port" as const, DB: "url" as const } },
  },
  { name: "far", container: { ...container, inside: { "80/tcp": inner(80, "192.168.1.2") } }, vendor },
  { name: "open", container: { ...container, inside: { "80/tcp": inner(80, "0.0.0.0") } }, vendor },
  { name: "batch", container, vendor },
];

const ports: Record<string, Record<string, number>> = {
  api: { http: 8080 },
  web: { http: 8081, grpc: 9000 },
  postgres: { "5432/tcp": 20_001, "53/udp": 20_002 },
  far: { "80/tcp": 20_003 },
  open: { "80/tcp": 20_004 },
};

function seenFrom(viewpoint: Viewpoint, unavailable?: Set<string>): Record<string, string> {
  const addresses = unitAddresses(units, (unit) => ports[unit] ?? {}, viewpoint, unavailable);
  return { ...addressVariables(addresses).all };
}

describe("addresses", () => {
  test("seen from a process are ports of this machine", () => {
    expect(seenFrom("process")).toEqual({
      API_HOST: "127.0.0.1",
      API_PORT: "8080",
      API_URL: "http://127.0.0.1:8080",
      WEB_HOST: "127.0.0.1",
      WEB_PORT: "8081",
      WEB_URL: "http://127.0.0.1:8081",
      WEB_PORT_GRPC: "9000",
      POSTGRES_HOST: "127.0.0.1",
      POSTGRES_PORT: "20001",
      POSTGRES_URL: "tcp://127.0.0.1:20001",
      POSTGRES_PORT_53_UDP: "20002",
      DB_HOST: "127.0.0.1",
      DB_PORT: "20001",
      DB: "tcp://127.0.0.1:20001",
      FAR_HOST: "192.168.1.2",
      FAR_PORT: "20003",
      FAR_URL: "tcp://192.168.1.2:20003",
      OPEN_HOST: "127.0.0.1",
      OPEN_PORT: "20004",
      OPEN_URL: "tcp://127.0.0.1:20004",
    });
  });

  test("seen from a container are names on the fleet's network and ports inside", () => {
    expect(seenFrom("container")).toMatchObject({
      API_HOST: hostFromContainers,
      API_PORT: "8080",
      WEB_HOST: "web",
      WEB_PORT: "8081",
      WEB_PORT_GRPC: "9000",
      POSTGRES_HOST: "postgres",
      POSTGRES_PORT: "5432",
      POSTGRES_URL: "tcp://postgres:5432",
      POSTGRES_PORT_53_UDP: "53",
      DB_HOST: "postgres",
      DB_PORT: "5432",
      DB: "tcp://postgres:5432",
      FAR_HOST: "far",
      FAR_PORT: "80",
    });
  });

  test("of what cannot be had say so, also where it has no port", () => {
    expect(seenFrom("process", new Set(["postgres", "batch"]))).toMatchObject({
      ORCHESTRA_POSTGRES: "unavailable",
      ORCHESTRA_BATCH: "unavailable",
    });
  });
});
