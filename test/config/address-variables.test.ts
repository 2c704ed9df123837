import { describe, expect, test } from "vitest";
import { addressVariables, variablePrefix } from "../../src/config/address-variables.ts";

describe("addressVariables", () => {
  test("tell host, port and url of the first port, and the further ports by name", () => {
    const { byUnit } = addressVariables({
      catalog: { host: "127.0.0.1", ports: { http: 8081, "grpc-web": 9090 } },
      secure: { host: "::1", ports: { https: 443 } },
      worker: { host: "127.0.0.1", ports: {} },
    });
    expect(Object.fromEntries([...byUnit].flatMap(([, variables]) => variables))).toEqual({
      CATALOG_HOST: "127.0.0.1",
      CATALOG_PORT: "8081",
      CATALOG_URL: "http://127.0.0.1:8081",
      CATALOG_PORT_GRPC_WEB: "9090",
      SECURE_HOST: "::1",
      SECURE_PORT: "443",
      SECURE_URL: "https://[::1]:443",
    });
  });

  test.each([
    ["my-api.v2", "MY_API_V2"],
    ["2fa", "_2FA"],
    ["Über", "_BER"],
  ])("%j begins with %j", (unit, prefix) => {
    expect(variablePrefix(unit)).toBe(prefix);
  });
});
