import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./styles/theme.css";
import "./styles/layout.css";
import "./styles/chat.css";
import "./styles/connection.css";

import { App } from "./App.tsx";
// Its listeners must be there before the first event.
import "./client/chat.ts";
import { connect } from "./client/connection.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
connect();
