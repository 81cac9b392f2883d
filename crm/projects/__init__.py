"""What is done for those who bought: projects on boards, with phases and tasks."""
