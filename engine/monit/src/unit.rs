//! What a number counts.

/// The unit of a value, as the agent sends it: nothing is converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A bare number or a text.
    None,
    Percent,
    Bytes,
    /// 1024 bytes.
    Kilobytes,
    /// 1024 × 1024 bytes.
    Megabytes,
    Milliseconds,
    Seconds,
    Days,
    /// Seconds since the epoch, on the agent's clock.
    UnixTime,
    /// Things each second: operations, packets, errors.
    PerSecond,
    BytesPerSecond,
    BitsPerSecond,
}

impl Unit {
    /// What stands behind the number, empty for bare numbers and moments.
    pub const fn symbol(self) -> &'static str {
        match self {
            Unit::None | Unit::UnixTime => "",
            Unit::Percent => "%",
            Unit::Bytes => "B",
            Unit::Kilobytes => "KiB",
            Unit::Megabytes => "MiB",
            Unit::Milliseconds => "ms",
            Unit::Seconds => "s",
            Unit::Days => "d",
            Unit::PerSecond => "/s",
            Unit::BytesPerSecond => "B/s",
            Unit::BitsPerSecond => "bit/s",
        }
    }
}
