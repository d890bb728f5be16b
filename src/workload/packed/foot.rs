//! What a trace file says of itself.

use serde::{Deserialize, Serialize};

/// First and last bytes of a trace file.
pub(super) const MAGIC: [u8; 8] = *b"PTUTRACE";
/// The version this program writes and the newest it reads.
pub(super) const VERSION: u32 = 1;
/// Bytes before the first block.
pub(super) const HEAD_BYTES: u64 = 16;
/// Bytes after the foot.
pub(super) const TAIL_BYTES: u64 = 24;

/// Columns a trace need not have.
#[allow(clippy::struct_excessive_bools, reason = "one for each column, there or not")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Cached input tokens.
    pub cached: bool,
    /// Output limits.
    pub limit: bool,
    /// Clients.
    pub client: bool,
    /// Sessions.
    pub session: bool,
    /// Deployments called.
    pub deployment: bool,
    /// Models called.
    pub model: bool,
    /// HTTP statuses.
    pub status: bool,
}

impl Shape {
    /// All of them: a column in which nothing is stated takes no room.
    pub const ALL: Self = Self {
        cached: true,
        limit: true,
        client: true,
        session: true,
        deployment: true,
        model: true,
        status: true,
    };

    /// Whether each of the ten columns is there, in their order in a block.
    pub(super) fn columns(self) -> [bool; 10] {
        let Self { cached, limit, client, session, deployment, model, status } = self;
        [true, true, cached, true, limit, client, session, deployment, model, status]
    }
}

/// A stretch of requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Block {
    /// First byte in the file.
    pub(super) at: u64,
    pub(super) requests: u32,
    pub(super) first_us: u64,
    pub(super) last_us: u64,
    /// Bytes a value, of each column that the file has.
    pub(super) widths: Vec<u8>,
    pub(super) crc: u32,
}

impl Block {
    /// Bytes in the file.
    pub(super) fn length(&self) -> u64 {
        let row: u64 = self.widths.iter().map(|width| u64::from(*width)).sum();
        row * u64::from(self.requests)
    }
}

/// Names of the labels, each column's in order of first appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Names {
    pub(super) client: Vec<String>,
    pub(super) session: Vec<String>,
    pub(super) deployment: Vec<String>,
    pub(super) model: Vec<String>,
}

/// The foot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Foot {
    pub(super) requests: u64,
    /// The instant of time 0, microseconds since the epoch; none where unknown.
    pub(super) start_us: Option<i64>,
    pub(super) assumed: Vec<String>,
    /// Columns in the blocks.
    pub(super) columns: Shape,
    /// Of these, the ones in which any request states something.
    pub(super) stated: Shape,
    pub(super) names: Names,
    pub(super) blocks: Vec<Block>,
}
