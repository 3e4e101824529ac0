//! A job that failed, in every shape in which Deepgram reports errors.

use super::View;
use super::view::view;
use crate::json::Str;

view! {
    /// An error document: legacy (`err_code`, `err_msg`), its variant with `error_code`, or modern (`category`,
    /// `message`, `details`). Error codes are free text and never an enumeration.
    Failure {
        /// The code of the legacy shape.
        err_code: str "err_code";
        /// The code of the variant.
        error_code: str "error_code";
        /// The sentence of the legacy shape; may quote a URL of the submitter.
        err_msg: str "err_msg";
        /// The code of the modern shape.
        category: str "category";
        /// The cure, in the modern shape.
        details: str "details";
        /// The request, when the document names it.
        request_id: str "request_id";
    }
}

impl<'a> Failure<'a> {
    /// The code, in whichever member it stands.
    #[must_use]
    pub fn code(&self) -> Option<Str<'a>> {
        let [err_code, error_code, category] = self.object().select(["err_code", "error_code", "category"]);
        [err_code, error_code, category].into_iter().flatten().find_map(|value| value.as_str())
    }

    /// The sentence for people, in whichever member it stands.
    #[must_use]
    pub fn message(&self) -> Option<Str<'a>> {
        let [err_msg, message] = self.object().select(["err_msg", "message"]);
        [err_msg, message].into_iter().flatten().find_map(|value| value.as_str())
    }
}
