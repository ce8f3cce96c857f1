//! `completions` and `man`: what the arguments say of themselves, for shells and for `man`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::Arguments;
use super::output::{Failure, print};

/// Prints completions for a shell.
pub fn completions(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "orbitwire", &mut script);
    print(&String::from_utf8_lossy(&script));
}

/// Prints the manual: one page with a section for every command, since there are no pages of their own.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn page() -> Result<(), Failure> {
    let mut page = Vec::new();
    write(&mut page).map_err(anyhow::Error::new)?;
    print(&String::from_utf8_lossy(&page));
    Ok(())
}

fn write(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut whole = Arguments::command();
    whole.build();
    let man = Man::new(whole.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_options_section(page)?;
    man.render_extra_section(page)?;
    for command in whole.get_subcommands().filter(|command| command.get_name() != "help") {
        write_command(page, command)?;
    }
    man.render_version_section(page)
}

/// The sections of one command, under its name; what every command takes is told once, at the top.
fn write_command(page: &mut Vec<u8>, command: &Command) -> std::io::Result<()> {
    let own = command.clone().mut_args(|argument| {
        let is_common = argument.is_global_set() || argument.get_id() == "help";
        argument.hide(is_common)
    });
    let name = format!("orbitwire {}", command.get_name());
    let man = Man::new(own.display_name(&name));
    page.extend_from_slice(format!(".SH {}\n", name.to_uppercase()).as_bytes());
    let mut text = Vec::new();
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_extra_section(&mut text)?;
    // Below the command's own heading.
    page.extend_from_slice(String::from_utf8_lossy(&text).replace(".SH ", ".SS ").as_bytes());
    Ok(())
}
