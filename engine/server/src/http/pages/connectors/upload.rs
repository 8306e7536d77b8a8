//! An uploaded file: read part by part, and no further than it may be large.

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart};
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use tokio::sync::Semaphore;

use crate::connectors::signature::SIGNATURE_BYTES;
use crate::fault::Fault;
use crate::usecase::connector::LARGEST;

/// The form beside its file: boundaries, names, a signature.
pub const AROUND: usize = 64 << 10;
/// Each holds its file in memory until it is written.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// The largest file over a line of a megabit.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// More than the form has.
const MOST_FIELDS: usize = 8;

/// What was sent.
#[derive(Default)]
pub struct Upload {
    pub wasm: Bytes,
    /// Of a file or a text; none if it is empty.
    pub signature: Option<String>,
}

/// Reads the form.
///
/// # Errors
/// A sentence for the one who sent it.
pub async fn read(form: Multipart) -> Result<Upload, Fault> {
    let Ok(_place) = AT_ONCE.try_acquire() else {
        return Err(Fault::conflict("two files are being uploaded at this moment; try again when they are through"));
    };
    match tokio::time::timeout(PATIENCE, parts(form)).await {
        Ok(upload) => upload,
        Err(_) => Err(Fault::invalid("the file did not arrive within five minutes; try again over a faster line")),
    }
}

async fn parts(mut form: Multipart) -> Result<Upload, Fault> {
    let mut upload = Upload::default();
    for _ in 0..MOST_FIELDS {
        let field = form.next_field().await.map_err(|error| broken(error.status()))?;
        let Some(mut field) = field else { return Ok(upload) };
        match field.name() {
            Some("file") => upload.wasm = bytes(&mut field, LARGEST).await?,
            Some("signature") => {
                let text = bytes(&mut field, SIGNATURE_BYTES).await?;
                let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
                upload.signature = Some(text).filter(|text| !text.trim().is_empty()).or(upload.signature);
            }
            _ => {}
        }
    }
    Err(Fault::invalid("the form has more fields than were asked for"))
}

async fn bytes(field: &mut Field<'_>, most: usize) -> Result<Bytes, Fault> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(error.status()))? {
        if bytes.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn broken(status: StatusCode) -> Fault {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(LARGEST),
        _ => Fault::invalid("the file did not arrive whole; try again"),
    }
}

fn too_large(most: usize) -> Fault {
    let most = if most >= 1 << 20 { format!("{} MiB", most >> 20) } else { format!("{} KiB", most >> 10) };
    Fault::invalid(format!("the file is larger than {most}; nothing that size is taken"))
}
