pub fn run(_: &crate::arguments::Serve) -> Result<std::process::ExitCode, crate::refusal::Refusal> {
    todo!()
}
