import { Box } from "ink";
import type { ReactNode } from "react";
import type { Frame } from "./frame.ts";
import { Banner } from "./panes/banner/Banner.tsx";
import { DetailsPane } from "./panes/details/DetailsPane.tsx";
import { Footer } from "./panes/footer/Footer.tsx";
import { Header } from "./panes/header/Header.tsx";
import { HelpPane } from "./panes/help/HelpPane.tsx";
import { LogPane } from "./panes/logs/LogPane.tsx";
import { PaletteBox } from "./panes/palette/PaletteBox.tsx";
import { QuitPrompt } from "./panes/quit/QuitPrompt.tsx";
import { StoppingBox } from "./panes/quit/StoppingBox.tsx";
import { ConfirmPrompt } from "./panes/services/ConfirmPrompt.tsx";
import { SelectionLine } from "./panes/services/SelectionLine.tsx";
import { ServicesPane } from "./panes/services/ServicesPane.tsx";
import { TooSmall } from "./panes/too-small/TooSmall.tsx";
import { VendorsPane } from "./panes/vendors/VendorsPane.tsx";
import { WelcomePane } from "./panes/welcome/WelcomePane.tsx";

/** The whole screen, drawn from one frame and nothing else. */
export function App({ frame }: { frame: Frame }): ReactNode {
  const { layout, ui } = frame;
  const { columns, rows } = layout;
  if (layout.isTooSmall) return <TooSmall columns={columns} rows={rows} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header frame={frame} />
      <Banner frame={frame} />
      <Body frame={frame} />
      <Footer frame={frame} />
      {ui.dialog.kind === "quit" ? (
        <QuitPrompt frame={frame} choices={ui.dialog.choices} selected={ui.dialog.selected} />
      ) : null}
      {ui.dialog.kind === "palette" ? <PaletteBox frame={frame} palette={ui.dialog} /> : null}
      {ui.dialog.kind === "confirm" ? <ConfirmPrompt frame={frame} confirm={ui.dialog} /> : null}
      {ui.dialog.kind === "stopping" ? <StoppingBox frame={frame} isKilled={ui.dialog.isKilled} /> : null}
    </Box>
  );
}

function Body({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, ui } = frame;
  const height = layout.rows - 2 - layout.banner;
  if (ui.dialog.kind === "help") return <HelpPane frame={frame} top={ui.dialog.top} height={height} />;
  if (ui.dialog.kind === "details") return <DetailsPane frame={frame} details={ui.dialog} />;
  if ((fleet.snapshot?.services ?? []).length === 0) return <WelcomePane frame={frame} height={height} />;
  return (
    <>
      <Box flexDirection={layout.vendors.isBeside ? "row" : "column"}>
        <ServicesPane frame={frame} />
        <VendorsPane frame={frame} />
      </Box>
      <SelectionLine frame={frame} />
      <LogPane frame={frame} />
    </>
  );
}
