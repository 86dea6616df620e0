// Starts the components of the page; every page works without it.
import { initAll } from "./govuk-frontend.8982af0b181b.js";

initAll();
