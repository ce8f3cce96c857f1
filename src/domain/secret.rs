//! Secrets as values: asked for when they are needed, never printed.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

type Ask = dyn Fn() -> Result<SecretString, String> + Send + Sync;

/// A secret that is asked for anew each time, because tokens age and files are replaced.
#[derive(Clone)]
pub struct Secret(Arc<Ask>);

impl Secret {
    /// A secret that `ask` tells, or in words why it cannot; the words must not tell it.
    pub fn new(ask: impl Fn() -> Result<SecretString, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// A secret that never changes.
    pub fn fixed(secret: impl Into<String>) -> Self {
        let secret = SecretString::from(secret.into());
        Self::new(move || Ok(secret.clone()))
    }

    /// The secret as it is now.
    ///
    /// # Errors
    /// In words, why it cannot be had.
    pub fn get(&self) -> Result<SecretString, String> {
        (self.0)()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
