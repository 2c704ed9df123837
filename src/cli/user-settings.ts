import { existsSync } from "node:fs";
import { defaultUserConfig, type UserConfig, userConfigFile } from "../config/user-config-file.ts";
import type { Diagnostic } from "../model/diagnostic.ts";

/** The user's own settings, checked against the bindings that there are. The schemas are loaded only where there is a file. */
export async function readUserSettings(env: Readonly<Record<string, string | undefined>>): Promise<{
  config: UserConfig;
  diagnostics: Diagnostic[];
}> {
  const file = userConfigFile(env);
  if (!existsSync(file)) return { config: defaultUserConfig, diagnostics: [] };
  const { readUserConfig } = await import("../config/user-config.ts");
  const { rebind } = await import("../ui/keys/rebind.ts");
  return readUserConfig(file, (keys) => rebind(keys).mistakes);
}
