import type { Difference } from "./harness/compare.ts";

/** Differences that are meant, with the reason. */
export const intended: Difference[] = [
  {
    why: "It asks for no session: nothing is sent before the turn ends. The peer leaves a session behind on the server.",
    shown: {
      "disconnect() before the handshake tells nothing": [
        "- sessions: session 1 opened /socket.io/?EIO=4&transport=polling&t=<stamp>",
        '- session 1 polling sent: 0{"sid":"<sid 1>","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
      ],
    },
  },
  {
    why: "Details are always an Error, with the peer's properties.",
    shown: {
      "what a disconnect says of a lost connection": [
        '- page: transport close {description: "websocket connection closed", context: CloseEvent(1005)} false',
        '+ page: transport close Error("websocket connection closed", type: "TransportError", description: "websocket connection closed", context: CloseEvent(1005)) true',
      ],
    },
  },
  {
    why: "A manager that is closed is not closed again; the peer tells it at every disconnect().",
    shown: {
      "disconnect() twice tells once": ['- page: manager close "forced close"'],
      "what is buffered survives disconnect()": ['- page: manager close "forced close"'],
      "an ack of a buffered event survives disconnects": ['- page: manager close "forced close"'],
    },
  },
  {
    why: "0 is a value. The peer takes the default: for attempts Infinity.",
    shown: {
      "0 is a value": [
        "- page: reconnectionAttempts Infinity",
        "- page: reconnectionDelay 1000",
        "- page: reconnectionDelayMax 5000",
        "+ page: reconnectionAttempts 0",
        "+ page: reconnectionDelay 0",
        "+ page: reconnectionDelayMax 0",
      ],
      "reconnectionAttempts: 0": ["- page: Infinity", "+ page: manager reconnect_failed", "+ page: 0"],
    },
  },
  {
    why: "What a listener causes is told after what is being told.",
    shown: {
      "disconnect() in connect_error": ['- page: manager close "forced close"', '+ page: manager close "forced close"'],
    },
  },
  {
    why: "Sockets are told before the manager's listeners. In the peer those that were added later are told after them.",
    shown: {
      "one socket leaves while reconnecting, the other returns": [
        '- page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
        '+ page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
      ],
      "this in auth": ["- page: manager open", "+ page: manager open"],
      "two namespaces are recovered each": [
        '- page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
        '+ page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
      ],
      "disconnect().connect() in reconnect_attempt": [
        '- page: manager error TransportError("websocket error")',
        "- page: manager reconnect_attempt 1",
        "+ page: manager reconnect_attempt 1",
        '+ page: manager error TransportError("websocket error")',
      ],
      "a namespace that is added between attempts": [
        '- page: manager error TransportError("websocket error")',
        '+ page: manager error TransportError("websocket error")',
        '- page: manager error TransportError("websocket error")',
        '+ page: manager error TransportError("websocket error")',
      ],
    },
  },
  {
    why: "The app's object of options is never changed.",
    shown: {
      "the options are the manager's opts": [
        '- page: given {autoConnect: false, query: {a: "1"}, transports: ["polling"], path: "/socket.io"}',
        '+ page: given {autoConnect: false, query: {a: "1"}, transports: ["polling"]}',
      ],
      "an option object is used for several sockets": [
        '- page: ["forceNew", "hostname", "path", "port", "query", "secure", "transports"] b=2',
        '+ page: ["forceNew", "query", "transports"] {a: "1"}',
      ],
    },
  },
  {
    why: "A websocket that is closed has nothing to wait for.",
    shown: {
      "leaving one of two keeps the connection, leaving the last closes it": ["- page: closing", "+ page: closed"],
    },
  },
  {
    why: "The namespace is left as soon as the server has answered. The peer stays in it for the server, which closes the connection when it comes back.",
    shown: {
      "a namespace that leaves before it has joined": [
        "+ session 1 websocket received: 41/a,",
        "+ server /a 1: /a disconnect client namespace disconnect",
      ],
      "a namespace that leaves before it has joined, and comes back": [
        '- page: / disconnect "transport close" {description: "websocket connection closed", context: CloseEvent(1005)} [active]',
        '- page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
        '- page: /a disconnect "transport close" {description: "websocket connection closed", context: CloseEvent(1005)} [active]',
        "- page: manager reconnect_attempt 1",
        "- page: manager open",
        "- page: manager reconnect 1",
        "- page: / connect [connected active id]",
        "- sessions: session 2 opened /socket.io/?EIO=4&transport=websocket",
        '+ session 1 websocket sent: 40/a,{"sid":"<id 3>"}',
        "+ session 1 websocket sent: 43/a,0[1]",
        "+ session 1 websocket received: 41/a,",
        '+ session 1 websocket received: 42/a,0["echo",1]',
        "- server / 1: / disconnect forced close",
        "- server /a 1: /a disconnect forced close",
        "+ server /a 1: /a disconnect client namespace disconnect",
        '- session 2 websocket sent: 0{"sid":"<sid 2>","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
        '- session 2 websocket sent: 40{"sid":"<id 3>"}',
        '- session 2 websocket sent: 40/a,{"sid":"<id 4>"}',
        "- session 2 websocket sent: 43/a,0[1]",
        "- session 2 websocket received: 40",
        "- session 2 websocket received: 40/a,",
        '- session 2 websocket received: 42/a,0["echo",1]',
        "- server / 2: / connection auth {} query {}",
      ],
    },
  },
  {
    why: "Volatile events are dropped whenever the namespace is not joined; the peer keeps them once the engine is open.",
    shown: {
      "volatile while the namespace is joined": ['- session 1 websocket received: 42/a,["early"]', '- server /a 1: /a event ["early"]'],
    },
  },
  {
    why: "Ids count the acks of one connection: a manager at rest is freed.",
    shown: {
      "ids go on over connections": [
        "- session 2 websocket sent: 432[3]",
        "+ session 2 websocket sent: 430[3]",
        '- session 2 websocket received: 422["echo",3]',
        '+ session 2 websocket received: 420["echo",3]',
      ],
    },
  },
  {
    why: "An answer belongs to the connection that asked.",
    shown: {
      "the page answers a question of the connection before": ['- session 2 websocket received: 430["too late"]'],
    },
  },
  {
    why: "A default timeout holds, and the server's answer is no error; the peer takes it for one and sends the event again.",
    shown: {
      "retries without ackTimeout": [
        "- page: answer 1",
        "+ page: answer null 1",
        "- session 1 websocket sent: 431[1]",
        "- session 1 websocket sent: 432[1]",
        '- session 1 websocket received: 421["echo",1]',
        '- session 1 websocket received: 422["echo",1]',
        '- server / 1: / event ["echo",1,"ƒ"]',
        '- server / 1: / event ["echo",1,"ƒ"]',
      ],
    },
  },
  {
    why: "A listener that is undefined by mistake removes no other; the peer takes away one made by on().",
    shown: {
      "off(event, undefined)": ["- page: 0", "+ page: 1", "+ page: a"],
    },
  },
  {
    why: "A listener that throws keeps nobody from being told. In the peer the rest is lost, the reconnection too.",
    shown: {
      "listeners after one that throws": ["+ page: second"],
      "a disconnect listener that throws": [
        '+ page: manager close "transport close" {description: "websocket connection closed", context: CloseEvent(1005)}',
        "+ page: manager reconnect_attempt 1",
        "+ page: manager open",
        "+ page: manager reconnect 1",
        "+ page: / connect [connected active id]",
        "+ sessions: session 2 opened /socket.io/?EIO=4&transport=websocket",
        '+ session 2 websocket sent: 0{"sid":"<sid 2>","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
        '+ session 2 websocket sent: 40{"sid":"<id 2>"}',
        "+ session 2 websocket received: 40",
        "+ server / 2: / connection auth {} query {}",
      ],
    },
  },
  {
    why: "The query is written as forms write it, which every server reads the same.",
    shown: {
      "query as a text": [
        "- sessions: session 1 opened /socket.io/?a=b&c=d%20e&EIO=4&transport=websocket",
        "+ sessions: session 1 opened /socket.io/?a=b&c=d+e&EIO=4&transport=websocket",
      ],
      "query with odd characters": [
        "- sessions: session 1 opened /socket.io/?%26a=%26%3D%3Fa&%C3%A4%20b=1%2B1%202&c=(x)!*%27~&EIO=4&transport=websocket",
        "+ sessions: session 1 opened /socket.io/?%26a=%26%3D%3Fa&%C3%A4+b=1%2B1+2&c=%28x%29%21*%27%7E&EIO=4&transport=websocket",
      ],
    },
  },
  {
    why: "An event is what it was when it was emitted.",
    shown: {
      "arguments that are changed after the emit": [
        '- session 2 websocket received: 42["waiting",{"n":2}]',
        '+ session 2 websocket received: 42["waiting",{"n":1}]',
        '- server / 2: / event ["waiting",{"n":2}]',
        '+ server / 2: / event ["waiting",{"n":1}]',
      ],
    },
  },
  {
    why: "The offset is not an argument of the app's listeners.",
    shown: {
      "a recovered connection (websocket)": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "a recovered connection (polling)": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "disconnect() gives up recovery": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "the server disconnects, then connect()": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "auth goes along with pid and offset": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "acks that wait are not recovered": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "emits of the time between": ['- page: / event "back" 1 "<offset 1>"', '+ page: / event "back" 1'],
      "events of the time between are sent after it": [
        '- page: / event "back" 1 "<offset 1>"',
        '+ page: / event "back" 1',
        '- page: / event "missed" "a" "<offset 2>"',
        '- page: / event "missed" {b: 1} "<offset 3>"',
        '+ page: / event "missed" "a"',
        '+ page: / event "missed" {b: 1}',
      ],
      "two namespaces are recovered each": [
        '- page: / event "back" 1 "<offset 1>"',
        '- page: /a event "back" 2 "<offset 2>"',
        '+ page: / event "back" 1',
        '+ page: /a event "back" 2',
      ],
      "an event that ends in a text is followed by its offset": [
        '- page: / event "back" "text" "<offset 1>"',
        "- page: arguments 2",
        '+ page: / event "back" "text"',
        "+ page: arguments 1",
      ],
    },
  },
  {
    why: "Every error is an Error.",
    shown: {
      "no transports": [
        '- page: / connect_error "No transports available" [active]',
        '- page: manager error "No transports available"',
        '+ page: / connect_error Error("No transports available") [active]',
        '+ page: manager error Error("No transports available")',
      ],
    },
  },
  {
    why: "There is no XMLHttpRequest: requests are made with fetch.",
    shown: {
      "what connect_error says of a status": [
        '- page: xhr poll error {type: "TransportError", description: 404, context: XMLHttpRequest} true',
        '+ page: xhr poll error {type: "TransportError", description: 404} true',
      ],
      "what connect_error says of a refused request": [
        '- page: xhr poll error {type: "TransportError", description: 0, context: XMLHttpRequest} true',
        '+ page: xhr poll error {type: "TransportError", description: 0} true',
      ],
      "what disconnect says of a failed request": [
        '- page: transport error {message: "xhr post error", type: "TransportError", description: 400, context: XMLHttpRequest}',
        '+ page: transport error {message: "xhr post error", type: "TransportError", description: 400}',
      ],
    },
  },
  {
    why: "A request that hangs is aborted when its session is given up, so that the server notices.",
    shown: {
      "what disconnect says of a failed request": ["+ session 1 polling sent: 1", "+ server / 1: / disconnect transport error"],
      "a session the server does not know any more": ["+ session 1 polling sent: 1", "+ server / 1: / disconnect transport error"],
    },
  },
  {
    why: "Such a server will never answer otherwise: the socket leaves, as after every refusal.",
    shown: {
      "a server of Socket.IO 2 that does not answer with a sid": [
        '- page: / connect_error Error("It seems you are try… (185)") [active]',
        "- page: true false",
        '+ page: manager close "forced close"',
        '+ page: / connect_error Error("It seems you are try… (185)") []',
        "+ page: false false",
        "+ server / 1: / disconnect transport close",
      ],
      "CONNECT without sid on an open connection": [
        '- page: / connect_error Error("It seems you are try… (185)") [connected active id]',
        "- page: true",
        '+ page: manager close "forced close"',
        '+ page: / disconnect "io server disconnect" []',
        '+ page: / connect_error Error("It seems you are try… (185)") []',
        "+ page: false",
        "+ server / 1: / disconnect transport close",
      ],
    },
  },
  {
    why: "A socket that has joined cannot join again.",
    shown: {
      "CONNECT again on an open connection": ["- page: / connect [connected active id]", "- page: true false", "+ page: true true"],
    },
  },
  {
    why: "A refusal ends the membership; the peer stays connected to a namespace that it is not in.",
    shown: {
      "CONNECT_ERROR on an open connection": [
        '- page: / connect_error Error("out", data: {n: 1}) [connected id]',
        "- page: false true",
        '+ page: / disconnect "io server disconnect" []',
        '+ page: / connect_error Error("out", data: {n: 1}) []',
        "+ page: false false",
      ],
    },
  },
  {
    why: "A second handshake breaks the protocol.",
    shown: {
      "a second handshake": [
        '- page: / event "after it"',
        "- page: true",
        '+ page: / disconnect "parse error" {} [active]',
        '+ page: manager close "parse error" {}',
        "+ page: false",
        "+ server / 1: / disconnect transport close",
      ],
    },
  },
  {
    why: "receiveBuffer is empty: what comes early waits in the core.",
    shown: {
      "receiveBuffer while early events are told": ['- page: waiting [["hello", 1]]', "+ page: waiting []"],
    },
  },
  {
    why: "A websocket takes a packet at once; the peer counts it until its turn ends.",
    shown: {
      "the engine's writeBuffer (websocket)": ["- page: 2", "+ page: 0"],
    },
  },
  {
    why: "What python-socketio refuses with is a text: its message. The peer has none.",
    shown: {
      "CONNECT_ERROR as a text": ['- page: /token connect_error Error("") []', '+ page: /token connect_error Error("no") []'],
    },
  },
  {
    why: "A connection that is closed is told, also this one.",
    shown: {
      "closeOnBeforeunload closes when the page asks whether it may be left": [
        '+ page: / disconnect "forced close" [active]',
        '+ page: manager close "forced close"',
      ],
    },
  },
  {
    why: "An option that cannot work is told where it is given.",
    shown: {
      "a number that is none": [
        "- page: reconnectionDelay -1 gives -1",
        "- page: reconnectionDelay NaN gives 1000",
        '- page: reconnectionDelay soon gives "soon"',
        '+ page: reconnectionDelay -1 throws Error("option reconnectionDelay: cannot be -1")',
        '+ page: reconnectionDelay NaN throws Error("option reconnectionDelay: cannot be NaN")',
        '+ page: reconnectionDelay soon throws Error("option reconnectionDelay: cannot be soon")',
      ],
    },
  },
  {
    why: "Delays vary at every attempt. In the peer they are all the longest, and from attempt 1015 on half of them are 0: a product that overflows.",
    shown: {
      "delays vary also at their longest, and never become 0": [
        "- page: attempts 1200 some without a delay true the others all alike true",
        "+ page: attempts 1200 some without a delay false the others all alike false",
      ],
    },
  },
  {
    why: "Options hold for one emit. In the peer they stay for the next one when retries queues the first.",
    shown: {
      "timeout() of an event that waits for retries does not hold for the next": [
        '- page: second Error("operation has timed out")',
        '- session 1 websocket received: 423["silence",2]',
        '- server / 1: / event ["silence",2,"ƒ"]',
      ],
    },
  },
  {
    why: "Only what the server has added is an offset. The peer takes any text at the end for one, and is not recovered.",
    shown: {
      "a volatile event that ends in a text does not spoil recovery": [
        '- page: / event "back" 1 "<offset 1>"',
        '+ page: / event "back" 1',
        "- page: false",
        "+ page: true",
        '- session 2 websocket sent: 40{"sid":"<id 2>","pid":"<pid 2>"}',
        '+ session 2 websocket sent: 40{"sid":"<id 1>","pid":"<pid 1>"}',
        '- session 2 websocket received: 40{"pid":"<pid 1>","offset":"<offset 2>"}',
        '+ session 2 websocket received: 40{"pid":"<pid 1>","offset":"<offset 1>"}',
        '- server / 2: / connection auth {"pid":"<pid 1>","offset":"<offset 2>"} query {}',
        '+ server / 2: / connection auth {"pid":"<pid 1>","offset":"<offset 1>"} query {} recovered',
      ],
    },
  },
  {
    why: "A namespace that is not answered, and an `auth` that fails or never answers, are errors; the peer waits for ever.",
    shown: {
      "a namespace that is never answered": [
        "- page: true false",
        '+ page: /a connect_error Error("no answer for this namespace") [active]',
        "+ page: code E_NAMESPACE_TIMEOUT",
        '+ page: manager close "forced close"',
        "+ page: false false",
        "+ server /a 1: /a disconnect transport close",
      ],
      "auth that throws": ["+ page: manager open", '+ page: / connect_error Error("auth failed") [active]', "+ page: code E_AUTH true", "- uncaught: Error: thrown"],
      "auth that rejects": ['+ page: / connect_error Error("auth failed") [active]', "+ page: code E_AUTH true", "- uncaught: Error: rejected"],
      "auth that never answers": [
        "- page: false true",
        '+ page: / connect_error Error("no answer for this namespace") [active]',
        "+ page: code E_NAMESPACE_TIMEOUT true",
        '+ page: manager close "forced close"',
        "+ page: false false",
      ],
    },
  },
  {
    why: "`recovered` is a boolean.",
    shown: {
      "recovered is a boolean": ["- page: undefined", "+ page: false"],
    },
  },
  {
    why: "Timers and websockets of browsers have no `unref`: the peer calls it all the same.",
    shown: {
      "autoUnref has no effect in a browser": [
        '- page: io() throws TypeError("i.unref is not a function")',
        '+ page: io() gives "object"',
        "+ page: manager open",
        "+ page: / connect [connected active id]",
        "- uncaught: TypeError: Cannot read properties of undefined (reading 'unref')",
        "- uncaught: TypeError: this.Z.unref is not a function",
        '+ session 1 websocket sent: 40{"sid":"<id 1>"}',
        "+ session 1 websocket received: 40",
        "+ server / 1: / connection auth {} query {}",
      ],
    },
  },
  {
    why: "A bad handshake is an error like others, and is tried again.",
    shown: {
      "a handshake that is an empty object": [
        '+ page: / connect_error Error("invalid handshake: no sid") [active]',
        "+ page: code E_PROTOCOL",
        '+ page: manager error Error("invalid handshake: no sid")',
        "+ page: manager reconnect_attempt 1",
        '+ page: / connect_error Error("invalid handshake: no sid") [active]',
        '+ page: manager error Error("invalid handshake: no sid")',
        "+ page: manager reconnect_failed",
        '+ page: manager reconnect_error Error("invalid handshake: no sid")',
        "- uncaught: TypeError: Cannot read properties of undefined (reading 'length')",
        "+ sessions: session 2 opened /socket.io/?EIO=4&transport=websocket",
        "+ session 2 websocket sent: 0{}",
      ],
    },
  },
  {
    why: "A page that comes online connects at once.",
    shown: {
      "coming online does not wait for the next attempt": [
        "- page: false",
        "+ page: manager reconnect_attempt 1",
        "+ page: manager open",
        "+ page: manager reconnect 1",
        "+ page: / connect [connected active id]",
        "+ page: true",
        "+ sessions: session 2 opened /socket.io/?EIO=4&transport=websocket",
        '+ session 2 websocket sent: 0{"sid":"<sid 2>","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
        '+ session 2 websocket sent: 40{"sid":"<id 2>"}',
        "+ session 2 websocket received: 40",
        "+ server / 2: / connection auth {} query {}",
      ],
    },
  },
  {
    why: "WebSocket and fetch are looked up when they are used. The peer keeps the WebSocket there was when it was loaded, and uses no fetch.",
    shown: {
      "WebSocket is looked up when it is made, and may throw": [
        "- page: false websocket 1",
        "+ page: true polling 1",
        "- sessions: session 1 upgrade /socket.io/?EIO=4&transport=websocket&sid=<sid 1>",
        "+ session 1 polling sent: 430[1]",
        '+ session 1 polling received: 420["echo",1]',
        "- session 1 websocket received: 2probe",
        "- session 1 websocket received: 5",
        '- session 1 websocket received: 420["echo",1]',
        "- session 1 websocket sent: 3probe",
        "- session 1 websocket sent: 430[1]",
      ],
      "fetch is looked up when a request is made": ["- page: false", "+ page: true"],
    },
  },
  {
    why: "A packet goes to its own namespace. In the peer every namespace of the connection looks at it.",
    shown: {
      "an event is looked at by its own namespace alone": ["- page: others that look at a packet 20", "+ page: others that look at a packet 0"],
    },
  },
  {
    why: "volatile: an event is dropped when it would have to wait. One that is emitted right after another leaves with it; the peer's transport is busy until the turn ends.",
    shown: {
      "volatile right after another emit (websocket)": ['+ session 1 websocket received: 42["dropped"]', '+ server / 1: / event ["dropped"]'],
      "volatile right after another emit (polling)": ['+ session 1 polling received: 42["dropped"]', '+ server / 1: / event ["dropped"]'],
    },
  },
  {
    why: "CONNECT is sent when the manager's listeners know that it is open.",
    shown: {
      "engine.on(packetCreate) tells what is sent, and whether it may be compressed": ["- page: packetCreate message 0 true", "+ page: packetCreate message 0 true"],
      "compress(false) with retries, sent later": [
        '- page: packet "0" true',
        '+ page: packet "0" true',
        // compress(false) holds for one emit; with the peer it reaches the next one.
        '- page: packet "21[\\"echo\\",2]" false',
        '+ page: packet "21[\\"echo\\",2]" true',
      ],
    },
  },
  {
    why: "The browser gives the body of a POST its type by itself: on the wire both are text/plain;charset=UTF-8.",
    shown: {
      "the polling request's headers": [
        '- page: ["GET x-own: 1", "POST content-type: text/plain;charset=UTF-8", "POST x-own: 1"]',
        '+ page: ["GET x-own: 1", "POST x-own: 1"]',
      ],
    },
  },
  {
    why: "What is read of sendBuffer is a copy: what waits is the core's.",
    shown: { "sendBuffer that the app empties": ["- page: 0", "+ page: 1"] },
  },
];
