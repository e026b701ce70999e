//! What the fuzz targets check. A target hands its bytes to one `check`, which panics where an invariant does not hold.
//!
//! - `codec`: one check for each decoder: against a second reading of the same bytes, and back from what was written.
//! - `manager`: the whole core, driven by a sequence of operations, as a host and a hostile server would.

pub mod codec;
pub mod handle;
pub mod input;
pub mod manager;
pub mod meter;
pub mod text;

#[global_allocator]
static ALLOCATOR: meter::Meter = meter::Meter;
