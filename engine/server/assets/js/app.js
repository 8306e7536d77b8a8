// Starts the others. Every page works without any of them: they make it live, quick and reachable by keys.
import * as copy from "./copy.js";
import * as focus from "./focus.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as palette from "./palette.js";
import * as panel from "./panel.js";
import * as theme from "./theme.js";
import * as time from "./time.js";

focus.start();
time.start();
theme.start();
copy.start();
// Pages for people who are not logged in have nothing that could change, and a wall has nothing that could be pressed.
if (document.getElementById("live")) live.start();
if (document.getElementById("panel")) {
  panel.start();
  forms.start();
  palette.start();
  keys.start();
}
