"use client";
// The hooks need a client that connects: the one that carries its wasm.
import "./index.js";

export * from "./react/index.js";
