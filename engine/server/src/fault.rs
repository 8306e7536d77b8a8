//! What can go wrong, in two kinds: a refusal is an answer for the person or program that asked; a failure is ours.

use crate::store::trouble;

/// Why something was refused. The sentence says what happened and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub sentence: String,
    /// Where the request was a form: what is wrong with which field.
    pub fields: Vec<FieldError>,
}

/// What kind of refusal it is: decides the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// 404
    NotFound,
    /// 422
    Invalid,
    /// 409: somebody else was faster, or the state does not allow it.
    Conflict,
    /// 403
    Forbidden,
}

/// One field of a form or document and what is wrong with it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// The error of every use case.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{}", .0.sentence)]
    Refused(Refusal),
    #[error("the database failed: {}", trouble::said(.0))]
    Database(#[from] sqlx::Error),
    /// Another node changed the host meanwhile; the writer loads it again and repeats.
    #[error("another node changed the host meanwhile")]
    Overtaken,
    #[error("more is coming in than can be written; try again in a moment")]
    Overloaded,
    #[error("tocsin is shutting down; try again in a moment")]
    ShuttingDown,
    #[error("{0}")]
    Internal(String),
}

impl Fault {
    pub fn not_found(sentence: impl Into<String>) -> Fault {
        Fault::refused(RefusalKind::NotFound, sentence)
    }

    pub fn invalid(sentence: impl Into<String>) -> Fault {
        Fault::refused(RefusalKind::Invalid, sentence)
    }

    pub fn conflict(sentence: impl Into<String>) -> Fault {
        Fault::refused(RefusalKind::Conflict, sentence)
    }

    pub fn forbidden(sentence: impl Into<String>) -> Fault {
        Fault::refused(RefusalKind::Forbidden, sentence)
    }

    /// What to do about a failure, where the database says itself what is the matter with it.
    pub fn cure(&self) -> Option<&'static str> {
        match self {
            Fault::Database(error) => trouble::cure(error),
            _ => None,
        }
    }

    /// Several fields are wrong at once.
    pub fn fields(fields: Vec<FieldError>) -> Fault {
        let sentence = fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join("; ");
        Fault::Refused(Refusal { kind: RefusalKind::Invalid, sentence, fields })
    }

    fn refused(kind: RefusalKind, sentence: impl Into<String>) -> Fault {
        Fault::Refused(Refusal { kind, sentence: sentence.into(), fields: Vec::new() })
    }
}

impl From<tocsin_policy::Refusal> for Fault {
    fn from(refusal: tocsin_policy::Refusal) -> Fault {
        use tocsin_policy::Refusal::{
            EndNotAhead, NotALength, NotAcknowledged, NotOpen, NotSilenced, SilenceLength, TooLong, TooManySilences,
        };
        match refusal {
            // What was written will never do; what the others refuse may do at another time.
            EndNotAhead | NotALength { .. } | SilenceLength { .. } | TooLong { .. } => {
                Fault::invalid(refusal.to_string())
            }
            NotOpen | NotAcknowledged | NotSilenced | TooManySilences { .. } => Fault::conflict(refusal.to_string()),
        }
    }
}
