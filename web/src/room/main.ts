// The waiting room's script.
import "../shared/tokens.css";
import "../shared/base.css";
export {};
