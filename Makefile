# Two commands do all the set-up: `make run` builds and starts tocsin, `make test` is the whole gate.

# Outside the work tree, so that every checkout on this machine shares what was compiled before.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tocsin/target
DATA_DIR ?= ./data

.PHONY: run test quick demo bench fmt tools target simulate soak screenshots

run: target
	cargo run --release -- serve --data-dir $(DATA_DIR)

demo: target
	cargo run --release -- demo

# Everything that is checked; .ci/gate says what, and names the command for whatever is missing.
test: target
	bash .ci/gate

# The same without real agents, PostgreSQL and browser: runs anywhere.
quick: target
	TOCSIN_TEST_PARTS=plain cargo test --workspace

# Any number of seeds through the simulator, as `make simulate SEEDS=100000`; a failing one is printed with a small story.
SEEDS ?= 20000
FIRST ?= 0
simulate: target
	TOCSIN_SEEDS=$(SEEDS) TOCSIN_FIRST_SEED=$(FIRST) cargo test -p tocsin --test it -- simulate:: --nocapture

# Ten minutes of reports, failing far sides and losses of power on the real program.
SECONDS ?= 600
soak: target
	TOCSIN_SOAK_SECONDS=$(SECONDS) cargo test -p tocsin --test it -- crashes::soak --ignored --nocapture

# The pictures of docs/images, from the demo.
screenshots: target
	cargo build --release
	engine/server/tests/browser/screenshots $(CARGO_TARGET_DIR)/release/tocsin

bench: target
	cargo bench --locked -p tocsin-connector-host --bench deliveries
	bash engine/server/benches/yardstick

fmt:
	cargo fmt --all

# The target that connectors are compiled for.
target:
	@command -v cargo >/dev/null || { echo "cargo is missing; install Rust with rustup: https://rustup.rs"; exit 1; }
	@test -d "$$(rustc --print sysroot)/lib/rustlib/wasm32-wasip2" || rustup target add wasm32-wasip2
