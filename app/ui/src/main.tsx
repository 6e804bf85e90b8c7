// Where the pages begin: styles, then the shell in its place.
import "@utrecht/design-tokens/dist/theme.css";
import "@utrecht/root-css/dist/index.css";
import "@utrecht/alert-css/dist/index.css";
import "@utrecht/button-css/dist/index.css";
import "@utrecht/checkbox-css/dist/index.css";
import "@utrecht/form-label-css/dist/index.css";
import "@utrecht/heading-1-css/dist/index.css";
import "@utrecht/heading-2-css/dist/index.css";
import "@utrecht/heading-3-css/dist/index.css";
import "@utrecht/link-css/dist/index.css";
import "@utrecht/paragraph-css/dist/index.css";
import "@utrecht/select-css/dist/index.css";
import "@utrecht/skip-link-css/dist/index.css";
import "@utrecht/status-badge-css/dist/index.css";
import "@utrecht/table-css/dist/index.css";
import "@utrecht/textarea-css/dist/index.css";
import "@utrecht/textbox-css/dist/index.css";
import "./style/theme.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/scenario.css";
import "./style/print.css";
import { render } from "preact";
import { App } from "./app";

const place = document.getElementById("pages");
if (place) render(<App />, place);
