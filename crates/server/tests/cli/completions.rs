use crate::support::Folder;

#[test]
fn completions_of_every_shell_know_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let answer = folder.run(&["completions", shell]);
        answer.assert_done();
        assert!(
            answer.out.contains("import") && answer.out.contains("valid-rows-only"),
            "{shell}"
        );
    }
}
