//! A body as it is kept: as it came, or compressed.

use std::sync::Arc;

use ringback::ErrorKind;

use crate::error::Error;

/// The bytes of a body. Clones share them.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    form: Form,
    kept: Kept,
    length: u64,
}

/// Bytes that somebody else has as well, and that nobody changes.
pub type Lent = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Where the bytes are.
#[derive(Clone)]
enum Kept {
    Own(Arc<[u8]>),
    Lent(Lent),
}

impl Kept {
    fn bytes(&self) -> &[u8] {
        match self {
            Kept::Own(bytes) => bytes,
            Kept::Lent(bytes) => (**bytes).as_ref(),
        }
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Kept) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Kept {}

impl From<Vec<u8>> for Kept {
    fn from(bytes: Vec<u8>) -> Kept {
        Kept::Own(bytes.into())
    }
}

/// How the bytes are kept. The numbers are part of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Form {
    Plain = 0,
    Zstd = 1,
    /// Not here, but in a file of the store's [`Annex`](super::Annex).
    Apart = 2,
}

/// Below this many bytes compressing is not worth it: they fit into a page or two of a database anyway.
const SMALL: usize = 2 * 1024;
/// The fastest level. A transcript shrinks to a sixth, and higher levels gain little.
const LEVEL: i32 = 1;

impl Body {
    /// A body of these bytes, compressed if that saves anything.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Body {
        let length = bytes.len() as u64;
        if bytes.len() > SMALL
            && let Ok(compressed) = zstd::bulk::compress(bytes, LEVEL)
            && compressed.len() < bytes.len()
        {
            return Body { form: Form::Zstd, kept: compressed.into(), length };
        }
        Body::plain(bytes)
    }

    /// A body of so many bytes that lies in the annex of a store.
    #[must_use]
    pub fn apart(length: u64) -> Body {
        Body { form: Form::Apart, kept: Vec::new().into(), length }
    }

    /// A body of these bytes as they are.
    pub(crate) fn plain(bytes: &[u8]) -> Body {
        Body { form: Form::Plain, kept: Kept::Own(bytes.into()), length: bytes.len() as u64 }
    }

    /// The same without a copy.
    pub(crate) fn lent(bytes: Lent) -> Body {
        let length = (*bytes).as_ref().len() as u64;
        Body { form: Form::Plain, kept: Kept::Lent(bytes), length }
    }

    /// Whether it lies in the annex of its store, and has to be read from there.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.form == Form::Apart
    }

    /// The body that was kept in this form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreCorrupt`] if there is no such form.
    pub(crate) fn from_kept(form: u8, kept: Vec<u8>, length: u64) -> Result<Body, Error> {
        let form = match form {
            0 => Form::Plain,
            1 => Form::Zstd,
            2 => Form::Apart,
            _ => return Err(Error::new(ErrorKind::StoreCorrupt, "a body in an unknown form")),
        };
        Ok(Body { form, kept: kept.into(), length })
    }

    /// The bytes as they came.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreCorrupt`] if they cannot be restored.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = match self.form {
            // What lies apart is not here: unless it is empty, its length will say so.
            Form::Plain | Form::Apart => self.kept.bytes().to_vec(),
            Form::Zstd => {
                let room = usize::try_from(self.length).unwrap_or(usize::MAX);
                zstd::bulk::decompress(self.kept.bytes(), room)
                    .map_err(|error| Error::new(ErrorKind::StoreCorrupt, error))?
            }
        };
        if bytes.len() as u64 != self.length {
            return Err(Error::new(ErrorKind::StoreCorrupt, "a body of another length than it had"));
        }
        Ok(bytes)
    }

    /// How many bytes came.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether none came.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The form, and the bytes in it.
    pub(crate) fn kept(&self) -> (u8, &[u8]) {
        (self.form as u8, self.kept.bytes())
    }
}

/// Shows the length: a body is somebody's words.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_whatever_its_form() {
        let noise: Vec<u8> = (0..5_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for bytes in [vec![], b"short".to_vec(), b"again and ".repeat(1_000), noise] {
            let body = Body::new(&bytes);
            assert_eq!(body.bytes().as_ref(), Ok(&bytes));
            let (form, kept) = body.kept();
            assert_eq!(Body::from_kept(form, kept.to_vec(), body.len()), Ok(body));
        }
    }

    #[test]
    fn a_body_that_is_lent_is_the_same_body() {
        let lent: Lent = Arc::new(b"again and ".repeat(1_000));
        let (body, copy) = (Body::lent(lent.clone()), Body::plain((*lent).as_ref()));
        assert_eq!((&body, body.len()), (&copy, 10_000));
        assert_eq!(body.kept().1.as_ptr(), (*lent).as_ref().as_ptr());
        assert_eq!(body.bytes().as_deref(), Ok((*lent).as_ref()));
    }

    #[test]
    fn what_repeats_itself_is_kept_smaller_and_what_is_short_as_it_is() {
        assert!(Body::new(&b"again and ".repeat(1_000)).kept().1.len() < 1_000);
        assert_eq!(Body::new(b"aaaaaaaaaaaaaaaaaaaaaaa").kept(), (0, &b"aaaaaaaaaaaaaaaaaaaaaaa"[..]));
    }

    #[test]
    fn damage_is_an_error() {
        let body = Body::new(&b"again and ".repeat(1_000));
        let (form, kept) = body.kept();
        assert!(Body::from_kept(form, kept[..kept.len() / 2].to_vec(), body.len()).unwrap().bytes().is_err());
        assert!(Body::from_kept(form, kept.to_vec(), body.len() - 1).unwrap().bytes().is_err());
        assert!(Body::from_kept(9, Vec::new(), 0).is_err());
    }

    #[test]
    fn what_lies_apart_is_not_taken_for_nothing() {
        let body = Body::apart(7);
        assert_eq!((body.len(), body.is_apart()), (7, true));
        assert!(body.bytes().is_err());
    }

    #[test]
    fn no_word_of_a_body_appears_in_a_log() {
        assert_eq!(format!("{:?}", Body::new(b"marker")), "Body(6 bytes)");
    }
}
