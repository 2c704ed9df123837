import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Lines } from "../../widgets/line/Lines.tsx";

/** The rows below the header that stay until what they tell is mended. */
export function Banner({ frame: { banner, layout, theme } }: { frame: Frame }): ReactNode {
  return banner.length === 0 ? null : <Lines rows={banner} width={layout.columns} theme={theme} />;
}
