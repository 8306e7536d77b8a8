//! The contract as Rust types, generated from `sdk/wit`. One such module for each breaking line of it.

wasmtime::component::bindgen!({
    path: "../../sdk/wit/0.1.0",
    world: "connector",
    imports: { default: async | trappable },
    exports: { default: async },
});
