document.querySelector("#root").textContent = "A console.";
