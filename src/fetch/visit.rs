//! The exchange: ask, follow redirects by hand, judge the status, take the body.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, StatusCode};

use super::client::Clients;
use super::hop::Hop;
use super::{FetchRequest, Fetched, Response, Rules, body, fault, gzip, headers, status};
use crate::domain::feed::{FailureClass, PollFailure};

/// What makes a request conditional.
type Conditions = Vec<(HeaderName, HeaderValue)>;

/// Fetches `request.url`; the caller bounds the time.
pub(super) async fn visit(clients: &Clients, rules: &Rules, request: &FetchRequest) -> Result<Fetched, PollFailure> {
    let own = own_headers(&request.headers)?;
    let mut conditions = conditions(request);
    let mut hop = Hop::first(&request.url, !own.is_empty(), &rules.guard)?;
    loop {
        let answer = ask(clients, rules, &hop, &own, &conditions).await?;
        match answer.status().as_u16() {
            301 | 302 | 303 | 307 | 308 => go_on(&mut hop, &answer, rules)?,
            304 if conditions.is_empty() => return Err(status::unasked(answer.status())),
            304 => {
                let hints = headers::hints(answer.headers());
                return Ok(Fetched::NotModified { hints, permanent_url: hop.permanent_url() });
            }
            // A server that cannot compare is asked for the whole, or the feed would fail on every visit from now on.
            412 if !conditions.is_empty() => conditions.clear(),
            200..=203 => return whole(answer, &hop, rules, request).await,
            _ => return Err(status::failure(answer).await),
        }
    }
}

async fn ask(
    clients: &Clients,
    rules: &Rules,
    hop: &Hop,
    own: &HeaderMap,
    conditions: &Conditions,
) -> Result<reqwest::Response, PollFailure> {
    let host = hop.url.host_str().unwrap_or_default();
    let request = |client: &Client| {
        let ask = client.get(hop.url.clone());
        let ask = conditions.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        if hop.trusted && !own.is_empty() { ask.headers(own.clone()) } else { ask }
    };
    let once = async |client: &Client| {
        let answer = async {
            match request(client).send().await {
                // A connection that was kept may have been closed by the server meanwhile, which says nothing of it.
                Err(error) if fault::is_closed(&error) => request(client).send().await,
                answer => answer,
            }
        };
        tokio::time::timeout(rules.idle_timeout, answer).await
    };
    let mut answer = once(clients.of(host)).await;
    if matches!(&answer, Ok(Err(error)) if fault::is_long_head(error)) {
        answer = once(clients.roomy(host)).await;
    }
    match answer {
        Ok(answer) => answer.map_err(|error| fault::of_request(&error, &hop.url, rules)),
        Err(_) => Err(fault::no_answer(&hop.url, rules)),
    }
}

fn go_on(hop: &mut Hop, answer: &reqwest::Response, rules: &Rules) -> Result<(), PollFailure> {
    let code = answer.status();
    let failure = |what: String| {
        Err(PollFailure { status: Some(code.as_u16()), ..PollFailure::new(FailureClass::Redirect, what) })
    };
    let Some(location) = answer.headers().get(LOCATION).filter(|value| !value.is_empty()) else {
        return failure(format!("{} without a target", status::words(code)));
    };
    if hop.n_redirects() == rules.redirects_max {
        return failure(format!("more than {} redirects", rules.redirects_max));
    }
    let permanent = matches!(code, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
    let location = String::from_utf8_lossy(location.as_bytes());
    hop.follow(location.trim(), permanent, &rules.guard)
        .map_err(|failure| PollFailure { status: Some(code.as_u16()), ..failure })
}

/// The body of a 200 and what it says beside.
async fn whole(
    mut answer: reqwest::Response,
    hop: &Hop,
    rules: &Rules,
    request: &FetchRequest,
) -> Result<Fetched, PollFailure> {
    let (packed, mut room) = body::read(&mut answer, rules).await?;
    let hints = headers::hints(answer.headers());
    let permanent_url = hop.permanent_url();
    // As they came: what is known is not unpacked to find that out, and packed there is a fifth of it to look at. Without
    // the head of gzip, into which some servers write the time, or noise against guessing what is encrypted.
    let body_hash = blake3::hash(gzip::behind_head(&packed).unwrap_or(&packed)).to_hex().to_string();
    if request.validators.body_hash.as_deref() == Some(body_hash.as_str()) {
        return Ok(Fetched::NotModified { hints, permanent_url });
    }
    let bytes = body::unpacked(answer.headers(), packed, rules, &mut room).await?;
    if let Some(failure) = status::not_a_body(&answer, &bytes) {
        return Err(failure);
    }
    Ok(Fetched::Body(Response {
        bytes,
        room,
        content_type: headers::content_type(answer.headers()),
        url: hop.public_url(),
        permanent_url,
        validators: headers::validators(answer.headers(), body_hash),
        hints,
    }))
}

/// What makes the request conditional (RFC 9110, section 13.1); empty for a full fetch.
fn conditions(request: &FetchRequest) -> Conditions {
    let known = [(IF_NONE_MATCH, &request.validators.etag), (IF_MODIFIED_SINCE, &request.validators.last_modified)];
    let sendable =
        known.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_ref()?).ok()?)));
    sendable.collect()
}

fn own_headers(headers: &[(String, String)]) -> Result<HeaderMap, PollFailure> {
    // The value may be a token, so only the name is shown.
    let unusable =
        |name: &str| PollFailure::new(FailureClass::BadUrl, format!("header `{name}` of the feed cannot be sent"));
    let parse = |(name, value): &(String, String)| {
        let mut parsed = (HeaderName::from_bytes(name.as_bytes()).ok()).zip(HeaderValue::from_str(value).ok());
        // Never shown by whatever prints a request.
        parsed.iter_mut().for_each(|(_, value)| value.set_sensitive(true));
        parsed.ok_or_else(|| unusable(&super::hop::short(name)))
    };
    headers.iter().map(parse).collect()
}
