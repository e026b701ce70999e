import { ConnectionPanel } from "./ui/ConnectionPanel.tsx";
import { Conversation } from "./ui/Conversation.tsx";
import { Drawer } from "./ui/Drawer.tsx";
import { Sidebar } from "./ui/Sidebar.tsx";

export function App() {
  return (
    <div className="app">
      <a className="skip" href="#message" onClick={focusComposer}>
        Skip to the message field
      </a>
      <Drawer id="rooms" side="start" label="Rooms and people">
        <Sidebar />
      </Drawer>
      <Conversation />
      <Drawer id="connection" side="end" label="Connection">
        <ConnectionPanel />
      </Drawer>
    </div>
  );
}

/** The address belongs to the rooms, so the link moves the focus itself. */
function focusComposer(event: React.MouseEvent) {
  event.preventDefault();
  document.getElementById("message")?.focus();
}
