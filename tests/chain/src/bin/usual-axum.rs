//! A receiver as tutorials have it: axum's `Json` with its defaults. It writes a line for each transcript that its
//! handler gets.

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listens on http://{}/hook", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/hook", post(hook))).await
}

async fn hook(Json(document): Json<Value>) {
    println!("{}", document["metadata"]["request_id"].as_str().unwrap_or("unknown"));
}
