/** Put in by the build: what `page/` comes to. */
declare const dashboardScript: string;
declare const dashboardStyle: string;

/** The page. Nothing of the router is in it: the script asks for that. */
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>modelrouter</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="page.css">
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <div id="page"></div>
    <noscript>This page shows live figures, and needs its script for that.</noscript>
  </body>
</html>
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1f6feb"/>
<path d="M7 16h6m0 0 6-7h6m-12 7 6 7h6" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** The files of the page, by the last part of their path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["", { type: "text/html; charset=utf-8", body: html }],
  ["page.js", { type: "text/javascript; charset=utf-8", body: dashboardScript }],
  ["page.css", { type: "text/css; charset=utf-8", body: dashboardStyle }],
  ["icon.svg", { type: "image/svg+xml", body: icon }],
]);
