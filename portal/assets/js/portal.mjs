// Starts the components of the page; every page works without it.
import { initAll } from "./govuk-frontend.js";

initAll();
